// @ts-check
/*
 * Draws Plotly's data in JupyterLab 4 and Notebook 7. This file is a module-federation container as JupyterLab loads it
 * from a folder of prebuilt extensions; beside it lie plotly.min.js, which is loaded when the first figure is drawn, and
 * templates.json with the looks for light and dark themes.
 */
(() => {
  "use strict";
  const name = "causal-grpo";
  const mime = "application/vnd.plotly.v1+json";
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  const beside = (/** @type {string} */ file) => new URL(file, here).href;

  /** @type {Promise<any> | undefined} */
  let library;
  const loadLibrary = () =>
    library ??= Promise.all([
      fetch(beside("templates.json")).then((answer) => answer.json()),
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = beside("plotly.min.js");
        script.onload = () => resolve(/** @type {any} */ (window).Plotly);
        script.onerror = () => reject(new Error(`${script.src} cannot be loaded`));
        document.head.append(script);
      }),
    ]).then(([templates, plotly]) => ({ templates, plotly }));

  const appearance = () => document.body.dataset.jpThemeLight === "false" ? "dark" : "light";

  /** @type {any} */
  let shared;

  /** What JupyterLab itself builds its panels of. */
  const loadWidget = async () => {
    const versions = Object.values(shared["@lumino/widgets"]);
    return (await /** @type {any} */ (versions[0]).get())().Widget;
  };

  const extension = async () => {
    const Widget = await loadWidget();

    class Figure extends Widget {
      constructor() {
        super();
        this.plot = document.createElement("div");
        this.caption = document.createElement("p");
        this.caption.style.cssText = "margin:0 0 8px;color:var(--jp-ui-font-color2)";
        this.node.append(this.plot, this.caption);
        this.themes = new MutationObserver(() => this.draw());
        this.themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
        this.sizes = new ResizeObserver(() => this.drawn && this.plotly?.Plots.resize(this.plot));
        this.sizes.observe(this.node);
      }

      async renderModel(/** @type {any} */ model) {
        this.figure = model.data[mime];
        await this.draw();
      }

      async draw() {
        const { templates, plotly } = await loadLibrary();
        if (this.isDisposed || this.figure === undefined) return;
        this.plotly = plotly;
        const { data, layout = {}, frames } = structuredClone(this.figure);
        const own = layout.meta?.source === name;
        if (own) layout.template = templates[appearance()];
        this.caption.textContent = own ? layout.meta.caption ?? "" : "";
        const config = { responsive: false, displaylogo: false, toImageButtonOptions: { format: "svg" } };
        await plotly.react(this.plot, { data, frames, layout: { autosize: true, ...layout }, config });
        this.drawn = true;
      }

      dispose() {
        this.themes.disconnect();
        this.sizes.disconnect();
        this.plotly?.purge(this.plot);
        super.dispose();
      }
    }

    return {
      id: `${name}:figures`,
      description: "Draws Plotly figures.",
      rendererFactory: { safe: true, mimeTypes: [mime], createRenderer: () => new Figure() },
      rank: 0,
      dataType: "json",
    };
  };

  const containers = /** @type {any} */ (window)._JUPYTERLAB ??= {};
  containers[name] = {
    init: (/** @type {any} */ scope) => void (shared = scope),
    get: async () => {
      const ready = await extension();
      return () => ({ __esModule: true, default: ready });
    },
  };
})();
