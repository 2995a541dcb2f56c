/**
 * The dashboard: live curves of all runs on a local page.
 * @module
 */

export { createDashboard } from "./server.ts";
