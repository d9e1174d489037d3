// What dialects are made of, for packages that bring one: this entry loads no server.
export { defineDialect } from './dialect.js'
export type { Dialect, IntentRoute, MountedDialect, QueryRoute, Refusal, Route, SignedInAnswer, Site, StrayFault } from './dialect.js'
export type { DescribedFlow, DescribedStep, OpenapiContext, OpenapiPart } from './openapi.js'
export { defineServerPlugin } from './server-plugin.js'
export type { ServerPlugin, ServerPluginParts } from './server-plugin.js'

// Requests and responses
export { header } from './wire.js'
export type { WireBody, WireRequest, WireResponse } from './wire.js'
export { readJson } from './json.js'
export type { JsonFault, JsonRead } from './json.js'
export { corsRoute, originsSetting, preflightRoute, withCors } from './cors.js'
export type { Cors, Preflight } from './cors.js'
export { unknownPath } from './unknown-path.js'

// The page behind a link by which somebody approves
export { approvalClosing, approvalPage, approvalToken, readApprovalForm } from './approval-page.js'
export type { ApprovalForm, ApprovalPage } from './approval-page.js'
export type { ApprovalOutcome, ApprovalSubject } from './approval-texts.js'
export { escapeHtml } from './escape-html.js'
