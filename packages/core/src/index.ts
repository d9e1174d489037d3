// What the language is made of
export { SourceFile } from './source/source-file.js'
export type { Position, Span } from './source/source-file.js'
export type { Diagnostic, RelatedPlace, Severity } from './diagnostics/diagnostic.js'
export { createRegistry } from './compile/registry.js'
export type { DialectFacts, Registry } from './compile/registry.js'
export type { Compilation, CompiledFlow } from './compile/compiled-flow.js'

// What steps are made of
export { defineStep } from './step/define-step.js'
export type { Proof, StepContext, StepDefinition, StepSource } from './step/define-step.js'
export { definePlugin } from './step/plugin.js'
export type { Plugin } from './step/plugin.js'
export { ask, done, failed, hidden, rejected } from './step/verdict.js'
export type { Ask, Done, Failed, Hidden, PasswordChange, PolicyFailure, Rejected, Verdict } from './step/verdict.js'
export { REQUIREMENT_KINDS } from './step/requirement.js'
export type { AskedRequirement, Channel, Question, Requirement, RequirementKind } from './step/requirement.js'
export type { CodeFormat, Message, Round } from './step/message.js'
export { isJsonObject } from './step/json.js'
export type { Json, JsonObject } from './step/json.js'
export { Secret } from './step/secret.js'
export type { Infer, InferSettings, Properties, Schema } from './step/schema.js'
export { service } from './step/service.js'
export type { Service, Services } from './step/service.js'

// The machine
export type { HashedMachine, Limits, Machine, Node, Rate, Required, StepNode } from './machine/machine.js'
export type { Ending, Evidence, Snapshot, Who } from './machine/snapshot.js'

// The engine's contract
export type { Act, Answer, AnswerRead, Intent, RequestValues } from './engine/intent.js'
export type { Described, Ended, Open, Reply, View } from './engine/view.js'
export { PROBLEM_CODES } from './engine/problem.js'
export type { Problem, ProblemCode } from './engine/problem.js'
export type { Query, QueryAnswers } from './engine/query.js'

// Ports
export { Audit } from './ports/audit.js'
export type { AuditEvent } from './ports/audit.js'
export type { Budget, Budgets } from './ports/budgets.js'
export { Codes } from './ports/codes.js'
export { KEPT_REJECTIONS, RETRY_WINDOW_MS } from './ports/conversations.js'
export type { Claim, ClaimRequest, ClaimResult, Commit, Conversations, NewConversation, StoredReply } from './ports/conversations.js'
export { Directory, FILTER_FIELDS } from './ports/directory.js'
export type {
  AccountState,
  AttributeName,
  Filter,
  FilterField,
  GivenAnswer,
  Principal,
  SetPassword,
  SetPasswordResult,
  StoredQuestion,
} from './ports/directory.js'
export type { Machines } from './ports/machines.js'
export { Mailer } from './ports/mailer.js'
export type { Mail } from './ports/mailer.js'
export type { Outbox, OutboxConsumer, OutboxItem, RunningConsumer } from './ports/outbox.js'
export { PasswordPolicy } from './ports/passwords.js'
export type { PolicyRule } from './ports/passwords.js'
