import { expect, test } from 'vitest'
import { compileFlows, createRegistry, definePlugin, defineStep, done, printText, SourceFile } from '../../src/index.js'
import { registry } from './registry.js'

const compile = (text: string) => compileFlows([new SourceFile('flow.yaml', text)], registry)
const codes = (text: string) => compile(text).diagnostics.map(({ code }) => code)

test('the three lines of the front page are a whole flow with safe defaults', () => {
  const { flows, diagnostics } = compile('flow: password-reset\nsteps:\n  - userQuery\n  - emailValidation\n  - reset\n')
  expect(diagnostics).toEqual([])
  expect(
    flows.map(({ machine, hash, speaks, stepTitles, unaccepted }) => ({ machine, hash: hash.length, speaks, stepTitles, unaccepted })),
  ).toEqual([
    {
      machine: {
        format: 1,
        flow: 'password-reset',
        expiresSeconds: 900,
        unknownAccount: 'hide',
        require: { factors: 1, distinctChannels: true },
        limits: {
          failures: { principal: { count: 5, seconds: 3600 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
          starts: { address: { count: 600, seconds: 3600 } },
          messages: { conversation: 3, destination: { count: 5, seconds: 3600 } },
        },
        ensure: ['notify', 'revokeSessions'],
        nodes: [
          { is: 'step', id: 'userQuery', type: 'userQuery', version: 1, settings: { fields: ['userName', 'mail'] }, attempts: 5, next: 1 },
          {
            is: 'step',
            id: 'emailValidation',
            type: 'emailValidation',
            version: 1,
            settings: { expires: '10m', length: 8, template: 'reset-code' },
            attempts: 5,
            next: 2,
          },
          { is: 'step', id: 'reset', type: 'reset', version: 1, settings: {}, attempts: 5, next: 3 },
        ],
      },
      hash: 43,
      speaks: new Map([['idp', { style: 'plain', as: 'password-reset' }]]),
      stepTitles: new Map(),
      unaccepted: [],
    },
  ])
})

test('everything that can be written is read', () => {
  const { flows, diagnostics } = compile(`
flow: two-factors
title: { de: Neues Passwort, en: New password }
description: { de: Nur auf Deutsch }
speaks: { kiosk: { as: lobby }, idp: }
expires: 2h
unknownAccount: reveal
require: { factors: 2, distinctChannels: false }
limits: { failures: { principal: 3/15m }, starts: { address: 10/d }, messages: { conversation: 1, destination: 2/h } }
allow:
  - { code: reveals-accounts, reason: the portal lists the staff }
steps:
  - userQuery: { fields: [mail] }
    title: Who are you?
  - emailValidation:
      length: 10
    attempts: 2
  - emailValidation: { expires: 30s }
    id: again
    title: { fr: Encore }
  - smsValidation: { apiKey: "\${SMS_KEY}" }
  - reset:
`)
  expect(diagnostics).toEqual([])
  const [flow] = flows
  expect(
    flow && {
      ...flow,
      hash: '',
      file: '',
      machine: {
        ...flow.machine,
        nodes: flow.machine.nodes.map((node) => (node.is === 'step' ? [node.id, node.attempts, node.settings] : node)),
      },
    },
  ).toEqual({
    hash: '',
    file: '',
    id: 'two-factors',
    fragments: [],
    title: { de: 'Neues Passwort', en: 'New password' },
    description: { de: 'Nur auf Deutsch' },
    machine: {
      format: 1,
      flow: 'two-factors',
      expiresSeconds: 7200,
      unknownAccount: 'reveal',
      require: { factors: 2, distinctChannels: false },
      limits: {
        failures: { principal: { count: 3, seconds: 900 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
        starts: { address: { count: 10, seconds: 86_400 } },
        messages: { conversation: 1, destination: { count: 2, seconds: 3600 } },
      },
      ensure: ['notify', 'revokeSessions'],
      nodes: [
        ['userQuery', 5, { fields: ['mail'] }],
        ['emailValidation', 2, { expires: '10m', length: 10, template: 'reset-code' }],
        ['again', 5, { expires: '30s', length: 8, template: 'reset-code' }],
        ['smsValidation', 5, { apiKey: '${SMS_KEY}' }],
        ['reset', 5, {}],
      ],
    },
    speaks: new Map([
      ['kiosk', { as: 'lobby' }],
      ['idp', { style: 'plain', as: 'two-factors' }],
    ]),
    stepTitles: new Map([
      ['userQuery', { '': 'Who are you?' }],
      ['again', { fr: 'Encore' }],
    ]),
    unaccepted: [],
  })
})

test('a choice is one node, its options are steps, and all of them lead to what follows', () => {
  const { flows, diagnostics } = compile(`
flow: either
speaks: { desk: { slot: forgot, style: rich }, idp: }
steps:
  - userQuery
  - choose:
      - smsValidation: { apiKey: "\${SMS_KEY}" }
      - totp:
        id: app
        attempts: 2
        title: By app
    id: second
    title: { en: How?, de: Wie? }
  - choose:
    - emailValidation
  - reset
allow: [{ code: one-option, at: choose, reason: the others follow }]
`)
  expect(diagnostics).toEqual([])
  expect(flows.map(({ machine, speaks, stepTitles }) => ({ nodes: machine.nodes.slice(1), speaks, stepTitles }))).toEqual([
    {
      nodes: [
        {
          is: 'choose',
          id: 'second',
          options: [
            {
              is: 'step',
              id: 'smsValidation',
              type: 'smsValidation',
              version: 1,
              settings: { apiKey: '${SMS_KEY}' },
              attempts: 5,
              next: 2,
            },
            { is: 'step', id: 'app', type: 'totp', version: 1, settings: { digits: 6 }, attempts: 2, next: 2 },
          ],
          next: 2,
        },
        {
          is: 'step',
          id: 'emailValidation',
          type: 'emailValidation',
          version: 1,
          settings: { expires: '10m', length: 8, template: 'reset-code' },
          attempts: 5,
          next: 3,
        },
        { is: 'step', id: 'reset', type: 'reset', version: 1, settings: {}, attempts: 5, next: 4 },
      ],
      speaks: new Map([
        ['desk', { style: 'rich', as: 'forgot' }],
        ['idp', { style: 'plain', as: 'either' }],
      ]),
      stepTitles: new Map([
        ['second', { de: 'Wie?', en: 'How?' }],
        ['app', { '': 'By app' }],
      ]),
    },
  ])
})

test('a choice of one is that step, whatever it is called', () => {
  const hashes = ['emailValidation', '{ choose: [emailValidation], id: pick, title: x }'].map(
    (step) => compile(`flow: a\nsteps: [userQuery, ${step}, reset]`).flows[0]?.hash,
  )
  expect(hashes[1]).toBe(hashes[0])
})

test('a secret is a reference in the machine, and nothing looks up its value', () => {
  const text = 'flow: a\nsteps: [userQuery, { smsValidation: { apiKey: "${REKEY_TEST_NOWHERE_SET}" } }, reset]'
  const { flows, diagnostics } = compile(text)
  expect({ diagnostics, settings: flows[0]?.machine.nodes.map((node) => node.is === 'step' && node.settings)[1] }).toEqual({
    diagnostics: [],
    settings: { apiKey: '${REKEY_TEST_NOWHERE_SET}' },
  })
})

test('one slot of a dialect holds one flow, and its other slots are free', () => {
  const file = (name: string, speaks: string) =>
    new SourceFile(`${name}.yaml`, `flow: ${name}\nspeaks: ${speaks}\nsteps: [userQuery, emailValidation, reset]`)
  const { flows, diagnostics } = compileFlows(
    [file('a', '{ desk: change }'), file('b', '{ desk: set }'), file('c', '{ desk: change }'), file('d', '{ idp: { as: change } }')],
    registry,
  )
  expect(flows.map(({ id, speaks }) => [id, [...speaks].map(([dialect, { as }]) => [dialect, as])])).toEqual([
    ['a', [['desk', 'change']]],
    ['b', [['desk', 'set']]],
    ['d', [['idp', 'change']]],
  ])
  expect(diagnostics.map(({ code, file: { path }, related }) => [code, path, related?.map((place) => place.file.path)])).toEqual([
    ['taken-slot', 'c.yaml', ['a.yaml']],
  ])
})

test.for(['choose', 'include', 'id', 'when'])('no step is called `%s`', (type) => {
  const step = defineStep({ type, version: 1, description: 'x', prepare: () => done() })
  expect(() => createRegistry([definePlugin({ name: 'acme', steps: [step] })], [])).toThrow(
    new TypeError(`plugin \`acme\`: \`${type}\` is a word of the language, no step type`),
  )
})

test('a dialect with slots serves no flow that names none of them', () => {
  const slotted = { name: 'both', kinds: [], options: {}, speaksByDefault: true, slots: ['change'] }
  expect(() => createRegistry([], [slotted])).toThrow(
    new TypeError('dialect `both`: a flow cannot take one of its slots without naming it'),
  )
})

test.for([
  [
    'an anchor and its alias',
    'flow: a\nsteps:\n  - userQuery: { fields: &f [mail] }\n  - emailValidation\n  - reset\ntitle: &t x\ndescription: *t\n',
  ],
  ['a byte order mark and carriage returns', '\uFEFFflow: a\r\nsteps:\r\n  - userQuery\r\n  - emailValidation\r\n  - reset\r\n'],
  ['a document marker and comments', '# a\n---\nflow: a # b\nsteps: [userQuery, emailValidation, reset]\n'],
  ['a tag of the core schema', 'flow: !!str a\nsteps: [userQuery, emailValidation, reset]\n'],
  ['JSON', '{"flow": "a", "steps": ["userQuery", {"emailValidation": {"length": 9}}, "reset"]}'],
  ['no change at all', 'flow: a\nsteps: [userQuery]'],
  ['a trusted caller, where one is required', 'flow: a\nrequire: vouched\nsteps: [trustedCaller, userQuery, reset]'],
  ['the present password beside a session', 'flow: a\nrequire: { factors: 2 }\nsteps: [signedIn, currentPassword, reset]'],
  [
    'a choice of steps that all write the fact',
    'flow: a\nsteps: [{ choose: [parameters, { parameters: , id: b }] }, userQuery, acme/confirm]',
  ],
  ['a choice of proofs', 'flow: a\nsteps: [userQuery, { choose: [emailValidation, totp, currentPassword] }, reset]'],
  [
    'a choice of second factors',
    'flow: a\nrequire: { factors: 2 }\nsteps: [userQuery, kba, { choose: [smsValidation, totp] }, reset]\nallow: [{ code: questions-first, reason: x }]',
  ],
  ['several callers', 'flow: a\nrequire: vouched\nsteps: [trustedCaller, signedIn, reset]'],
  ['a slot', 'flow: a\nspeaks: { desk: change }\nsteps: [signedIn, currentPassword, reset]'],
  ['a fact that is written before', 'flow: a\nsteps: [parameters, userQuery, acme/confirm]'],
] as const)('reads %s', ([, text]) => {
  expect(printText(compile(text).diagnostics)).toBe('')
})

test.for([
  ['a naming step alone is no proof', '[userQuery, reset]', ['unproven-change']],
  ['a change for nobody is neither named nor earned', '[reset]', ['needs-principal', 'unproven-change']],
  ['a proof before its person is one mistake', '[emailValidation, userQuery, reset]', ['needs-principal']],
  ['questions alone are a warning', '[userQuery, kba, reset]', ['questions-alone']],
  ['questions after possession are fine', '[userQuery, emailValidation, kba, reset]', []],
  ['questions before possession are a warning', '[userQuery, kba, emailValidation, reset]', ['questions-first']],
  ['questions without a change and without possession too', '[userQuery, kba]', ['questions-first']],
  ['the present password is no question', '[userQuery, currentPassword, reset]', []],
  ['a session is enough for a first password', '[signedIn, firstPassword]', []],
  ['nothing is not', '[userQuery, firstPassword]', ['unproven-change']],
  ['a log-in is earned like a change', '[userQuery, issueSession]', ['unproven-change']],
  ['a session does not make another one', '[signedIn, issueSession]', ['session-alone']],
  ['a password does', '[userQuery, currentPassword, issueSession]', []],
  ['a session alone is not enough', '[signedIn, reset]', ['session-alone']],
  ['the word of a caller counts only when required', '[trustedCaller, userQuery, reset]', ['unproven-change']],
  ['behind an unknown step nothing is missing for certain', '[nobody, kba, acme/confirm, reset]', ['unknown-step']],
  ['a second unearned change is not a second mistake', '[userQuery, reset, { reset: {}, id: again }]', ['unproven-change']],
  ['an option that proves nothing', '[parameters, userQuery, { choose: [emailValidation, acme/confirm] }, reset]', ['unproven-change']],
  ['an option that nobody knows may prove', '[userQuery, { choose: [nobody, emailValidation] }, reset]', ['unknown-step']],
  ['and others may not', '[userQuery, { choose: [nobody, parameters] }, reset]', ['unknown-step', 'unproven-change']],
  ['an option that nobody knows may write', '[{ choose: [nobody, parameters] }, userQuery, acme/confirm]', ['unknown-step']],
  ['an option that cannot be one hides what depends on it', '[{ choose: [userQuery, emailValidation] }, reset]', ['not-an-option']],
  ['a silent step is no option', '[{ choose: [trustedCaller, parameters] }]', ['not-an-option']],
  ['options are about somebody', '[{ choose: [emailValidation, totp] }, userQuery]', ['needs-principal']],
  ['options need words too', '[userQuery, { choose: [totp, acme/captcha] }]', ['dialect-cannot-ask']],
  ['a session names the person', '[signedIn, userQuery, emailValidation, reset]', ['named-twice']],
  ['a session too late is one mistake', '[userQuery, emailValidation, signedIn, reset]', ['named-twice']],
  ['a caller behind a choice', '[{ choose: [parameters, { parameters: , id: b }] }, trustedCaller, userQuery]', ['caller-not-first']],
  ['ids of choices', '[userQuery, { choose: [totp, currentPassword] }, { choose: [emailValidation, smsValidation] }]', ['duplicate-id']],
  ['ids of options', '[userQuery, emailValidation, { choose: [emailValidation, totp] }]', ['duplicate-id']],
  ['naming twice is one mistake', '[userQuery, emailValidation, userQuery, reset]', ['named-twice']],
] as const)('%s', ([, steps, expected]) => {
  expect(codes(`flow: a\nsteps: ${steps}\n`)).toEqual(expected)
})

test.for([
  ['[userQuery, reset]', '`reset` changes the password, but the path `userQuery` -> `reset` proves nothing'],
  ['[userQuery, issueSession]', '`issueSession` opens a session, but the path `userQuery` -> `issueSession` proves nothing'],
  [
    '[parameters, userQuery, { choose: [totp, acme/confirm, kba] }, reset]',
    '`reset` changes the password, but the path `parameters` -> `userQuery` -> `confirm` -> `reset` proves nothing',
  ],
] as const)('the message of an unproven change shows the path: %s', ([steps, message]) => {
  expect(
    compile(`flow: a\nsteps: ${steps}`).diagnostics.flatMap(({ code, message }) => (code === 'unproven-change' ? [message] : [])),
  ).toEqual([message])
})

test('SEC-8: the figure of a guessable code', () => {
  const message = (limits: string, step: string) =>
    compile(`flow: a\nlimits: ${limits}\nsteps: [userQuery, { ${step} }, reset]`).diagnostics.map(
      ({ code, message }) => `${code}: ${message}`,
    )
  expect([
    message('{}', 'emailValidation: { length: 4 }'),
    message('{}', 'emailValidation: { length: 6 }'),
    message('{ messages: { destination: 30/h } }', 'emailValidation: { length: 6 }'),
    message('{ messages: { destination: 10/15m } }', 'emailValidation: { length: 6 }'),
    message('{ messages: { destination: 20/h } }', 'emailValidation: { length: 6 }, attempts: 5'),
    message('{ failures: { principal: 60/h } }', 'totp: { digits: 6 }'),
    message('{ failures: { principal: 200/h } }', 'totp: { digits: 6 }'),
  ]).toEqual([
    [
      'guessable-code: the code of `emailValidation` can be guessed: 5 attempts at each of 5 codes an hour in a space of 10000 is 2.5e-3, over 1e-4',
    ],
    [],
    [
      'guessable-code: the code of `emailValidation` can be guessed: 5 attempts at each of 30 codes an hour in a space of 1000000 is 1.5e-4, over 1e-4',
    ],
    [
      'guessable-code: the code of `emailValidation` can be guessed: 5 attempts at each of 40 codes an hour in a space of 1000000 is 2e-4, over 1e-4',
    ],
    [],
    [],
    ['guessable-code: the code of `totp` can be guessed: 200 tries an hour in a space of 1000000 is 2e-4, over 1e-4'],
  ])
})

test.for([
  ['at the step of the questions', '{ code: questions-alone, at: kba, reason: x }', [], 0],
  ['at the step of the change', '{ code: questions-alone, at: reset, reason: x }', [], 0],
  ['anywhere', '{ code: questions-alone, reason: x }', [], 0],
  ['at a step it is not about', '{ code: questions-alone, at: userQuery, reason: x }', ['unused-allow', 'questions-alone'], 1],
  ['another warning', '{ code: reveals-accounts, reason: x }', ['unused-allow', 'questions-alone'], 1],
] as const)('SEC-69: questions alone are served only when accepted: %s', ([, allow, expected, unaccepted]) => {
  const { flows, diagnostics } = compile(`flow: a\nallow: [${allow}]\nsteps: [userQuery, kba, reset]\n`)
  expect(diagnostics.map(({ code }) => code)).toEqual(expected)
  expect(flows.map((flow) => flow.unaccepted.map(({ code }) => code))).toEqual([Array(unaccepted).fill('questions-alone')])
})

test('flows keep the order of their files, diagnostics are sorted by path and place', () => {
  const files = [
    new SourceFile('b.yaml', 'flow: b\nsteps: [userQuery, reset]\nexpires: x\n'),
    new SourceFile('z.yaml', 'flow: z\nsteps: [userQuery]\n'),
    new SourceFile('a.yaml', 'flow: a\nsteps: [userQuery, kba, reset]\n'),
    new SourceFile('B.yaml', 'flow: c\nsteps: [reset]\n'),
  ]
  const { flows, diagnostics } = compileFlows(files, registry)
  expect(flows.map(({ id }) => id)).toEqual(['z', 'a'])
  expect(diagnostics.map(({ file, code }) => `${file.path} ${code}`)).toEqual([
    'B.yaml needs-principal',
    'B.yaml unproven-change',
    'a.yaml questions-alone',
    'b.yaml unproven-change',
    'b.yaml bad-value',
  ])
})

test('SEC-48: names of prototypes are names like any other', () => {
  const text =
    'flow: a\n__proto__: 1\nspeaks: { __proto__: {} }\nsteps:\n  - userQuery: { __proto__: { fields: [mail] } }\n  - constructor\n  - acme/confirm: { lines: { __proto__: x } }\n'
  expect(codes(text)).toEqual(['unknown-key', 'unknown-dialect', 'unknown-setting', 'unknown-step'])
})

test('a file may be too long', () => {
  const { flows, diagnostics } = compile(`flow: a\nsteps: [userQuery]\n${'# '.repeat(70_000)}`)
  expect({ flows, codes: diagnostics.map(({ code }) => code) }).toEqual({ flows: [], codes: ['file-too-large'] })
})
