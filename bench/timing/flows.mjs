// The shipped flows of all dialects as far as somebody without the mailbox gets, with codes so long that thousands may be
// sent to one mailbox; what limits do is compared elsewhere.
export const FLOWS = {
  'one-stage.yaml': `flow: one-stage
speaks:
  forgerock: { as: resetOneStage }
steps:
  - userQuery
  - emailValidation: { length: 12 }
  - kba
  - reset
`,
  'questions.yaml': `flow: questions
speaks:
  forgerock: { as: resetKba }
allow: [{ code: questions-alone, reason: nobody is behind these answers }]
steps:
  - parameters
  - userQuery
  - kba
  - reset
`,
  'login.yaml': `flow: login
speaks:
  centrify: login
steps:
  - userQuery
  - currentPassword
  - issueSession
`,
  'forgot.yaml': `flow: forgot
speaks:
  centrify: forgot
  airlock: { as: password-reset }
  cidaas: forgot
steps:
  - userQuery
  - emailValidation: { length: 12 }
  - reset
`,
  'generate.yaml': `flow: generate
speaks:
  bright-pattern: generate
require: vouched
steps:
  - trustedCaller: { secret: '\${REKEY_BRIGHT_PATTERN_TOKEN}' }
  - userQuery: { fields: [login, domain, principalName, distinguishedName], alternatives: any }
  - restriction: { disallowedGroups: [admins] }
  - generatePassword
`,
}
