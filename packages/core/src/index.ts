// What the language is made of
export { SourceFile } from './source/source-file.js'
export type { Position, Span } from './source/source-file.js'
export type { Diagnostic, RelatedPlace, Severity } from './diagnostics/diagnostic.js'
export { createRegistry } from './compile/registry.js'
export type { DialectFacts, Registry } from './compile/registry.js'
export type { Compilation, CompiledFlow } from './compile/compiled-flow.js'
export { compileFlows } from './compile/compile-flows.js'
export type { CompileOptions } from './compile/compile-flows.js'
export { flowSchema } from './compile/flow-schema.js'
export { graphMermaid } from './compile/graph-mermaid.js'
export { codeFacts, DIAGNOSTIC_CODES } from './diagnostics/codes.js'
export type { CodeFacts, DiagnosticCode } from './diagnostics/codes.js'
export { nearName } from './diagnostics/near-name.js'
export { printJson } from './diagnostics/print-json.js'
export { printText } from './diagnostics/print-text.js'
export type { PrintTextOptions } from './diagnostics/print-text.js'
export { quote } from './diagnostics/quote.js'

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
export { durationSeconds, parseDuration } from './step/duration.js'
export { isJsonObject } from './step/json.js'
export type { Json, JsonObject } from './step/json.js'
export { chooseLanguage, parseAcceptLanguage } from './step/languages.js'
export { maskMail } from './step/mask.js'
export { Secret } from './step/secret.js'
export type { Infer, InferSettings, Properties, Schema } from './step/schema.js'
export { service } from './step/service.js'
export type { Service, Services } from './step/service.js'

// The machine
export { canonicalJson } from './machine/canonical-json.js'
export { hashMachine } from './machine/hash-machine.js'
export { earns } from './machine/earned.js'
export { cancel, transition } from './machine/transition.js'
export type { Became, Judgement, Runnable, RunnableNode, Transition } from './machine/transition.js'
export type { HashedMachine, Limits, Machine, Node, Rate, Required, StepNode } from './machine/machine.js'
export type { Ending, Evidence, Snapshot, Who } from './machine/snapshot.js'

// The engine's contract
export type { Act, Answer, AnswerRead, Intent, RequestValues } from './engine/intent.js'
export type { Described, Ended, Open, Reply, View } from './engine/view.js'
export { PROBLEM_CODES } from './engine/problem.js'
export type { Problem, ProblemCode } from './engine/problem.js'
export type { Query, QueryAnswers } from './engine/query.js'

// The engine
export { Engine } from './engine/engine.js'
export type { EngineOptions } from './engine/engine.js'
export type { ServableFlow } from './engine/flow-book.js'
export type { Letter } from './engine/letters.js'
export { DerivedCodes } from './engine/derived-codes.js'
export { UnlinkableMachine } from './engine/program.js'
export type { ServiceBook } from './engine/program.js'
export { Keyring } from './token/keyring.js'
export type { DerivedKey, KeyringSource, RootKey } from './token/keyring.js'
export { MAX_TOKEN_LENGTH, Tokens } from './token/token.js'
export type { TokenClaims } from './token/token.js'

// Ports
export { Audit } from './ports/audit.js'
export type { AuditEvent } from './ports/audit.js'
export type { Budget, Budgets } from './ports/budgets.js'
export { Codes } from './ports/codes.js'
export { FIRST_VERSION, KEPT_REJECTIONS, MARKED_KEPT_MS, RETRY_WINDOW_MS } from './ports/conversations.js'
export type { Claim, ClaimRequest, ClaimResult, Commit, Conversations, NewConversation, StoredReply } from './ports/conversations.js'
export { Directory, FILTER_FIELDS, isFilter } from './ports/directory.js'
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
export { NotForThisProcess, OUTBOX_DEFAULTS, backoffMs } from './ports/outbox.js'
export type { Outbox, OutboxConsumer, OutboxFault, OutboxItem, OutboxSettings, RunningConsumer } from './ports/outbox.js'
export { PasswordPolicy } from './ports/passwords.js'
export type { PolicyRule } from './ports/passwords.js'
