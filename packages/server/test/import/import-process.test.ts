import { compileFlows, SourceFile, type JsonObject } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import { importProcess } from '../../src/import/forgerock/import-process.js'
import { registry } from '../types/modules.js'
import { ACTIVE, CAPTCHA, EMAIL, PARAMETERS, processOf, QUESTIONS, RESET, USER_QUERY } from './processes.js'

/** The flow that comes of a process, and what the compiler says of it. */
function compiled(name: string, config: JsonObject, asked?: number) {
  const imported = importProcess(name, config, asked)
  const { flows, diagnostics } = compileFlows([new SourceFile(`${imported.id}.yaml`, imported.text)], registry)
  return { ...imported, flow: flows[0], codes: diagnostics.map(({ code }) => code) }
}

const leftAt = (imported: ReturnType<typeof importProcess>) => imported.leftOut.map(({ at }) => at)

describe('a process of stages that there are steps for', () => {
  test('becomes a flow as a person would write it, and compiles', () => {
    const { text, flow, codes, unresolved } = compiled('reset', processOf(PARAMETERS, USER_QUERY, ACTIVE, EMAIL, QUESTIONS, RESET), 2)
    expect({ codes, unresolved, id: flow?.id }).toEqual({ codes: [], unresolved: [], id: 'reset' })
    expect(text).toBe(`# Imported from selfservice-reset.json of ForgeRock IDM.
# Unknown people are not told that they are unknown; the process it comes from tells them.
flow: reset
speaks:
  forgerock:
    as: reset
    link: "https://idm.acme.example/#/passwordreset/"
expires: 1500s
unknownAccount: hide
steps:
  - parameters:
      names: [returnParams]
  # Locked and disabled people are treated like unknown ones, whether or not the process checked it.
  - userQuery:
      fields: [userName, mail, givenName, surname]
      states: [active]
  - emailValidation:
      code: uuid
      expires: 300s
  - kba:
      ask: 2
      own: true
  - reset
`)
  })

  test('keeps its name on the wire where the id of a flow is spelled otherwise', () => {
    const { flow } = compiled('staff_ResetByMail', processOf(USER_QUERY, EMAIL, RESET))
    expect([flow?.id, flow?.speaks.get('forgerock')]).toEqual([
      'staff-reset-by-mail',
      { as: 'staff_ResetByMail', link: 'https://idm.acme.example/#/passwordreset/' },
    ])
  })

  test('keeps its captcha, and tells where its keys have their place', () => {
    const { flow, text, codes, unresolved, leftOut } = compiled('reset', processOf(CAPTCHA, USER_QUERY, EMAIL, RESET))
    expect({ codes, unresolved, first: flow?.machine.nodes[0]?.id }).toEqual({ codes: [], unresolved: [], first: 'captcha' })
    expect(text).toContain('  # Served once `captcha.providers` of rekey.yaml has a provider called `default`.\n  - captcha\n  # Locked')
    expect(
      leftOut.filter(({ at }) => at.startsWith('/stageConfigs/0/')).map(({ at, shown, where }) => [at.slice(16), shown, where]),
    ).toEqual([
      ['recaptchaSiteKey', '"6LfAcmeSite"', 'rekey.yaml, `captcha.providers`: the provider called `default`, its `siteKey`'],
      ['recaptchaSecretKey', '(hidden)', 'rekey.yaml, `captcha.providers`: the provider called `default`, its `secret`'],
      [
        'recaptchaUri',
        '"https://www.google.com/recaptcha/api/siteverify"',
        'rekey.yaml, `captcha.providers`: the provider called `default`: `vendor: recaptcha-v2`, or `siteverify` with this `url`',
      ],
    ])
  })

  test('takes numbers that are written as text', () => {
    const config = {
      ...processOf(USER_QUERY, EMAIL, { ...QUESTIONS, numberOfQuestionsUserMustAnswer: '3' }, RESET),
      snapshotToken: { tokenExpiry: '1800' },
    }
    const imported = compiled('reset', config)
    expect(imported.codes).toEqual([])
    expect(imported.text).toContain('\n      ask: 3\n')
    expect(imported.text).toContain('\n      expires: 1800s\n')
    expect(imported.carried).toEqual(
      expect.arrayContaining(['/snapshotToken/tokenExpiry', '/stageConfigs/2/numberOfQuestionsUserMustAnswer']),
    )
  })

  test('gives the second stage of a kind an id of its own', () => {
    const { text, codes } = compiled('reset', processOf(USER_QUERY, EMAIL, { ...EMAIL, verificationLink: 'https://other.example/' }, RESET))
    expect(text).toContain('    id: emailValidation2\n')
    expect(codes.filter((code) => code !== 'same-channel')).toEqual([])
  })

  test('with questions alone compiles, and is not served before somebody accepts it', () => {
    const { flow, text } = compiled('reset', processOf(USER_QUERY, QUESTIONS, RESET), 1)
    expect(flow?.unaccepted.map(({ code }) => code)).toEqual(['questions-alone'])
    expect(text).not.toContain('own:')
  })
})

describe('nothing becomes weaker in silence:', () => {
  test.for([
    ['a stage of the installation', { class: 'com.acme.idm.stages.RiskScoreConfig', threshold: 70 }, 'forgerock/riskScoreConfig'],
    ['a stage that nobody knows', { name: 'stage 51\n- reset #' }, 'forgerock/stage51reset'],
    ['a stage without a name', { threshold: 70 }, 'forgerock/astagewithoutaname'],
    ['a class beside a known name', { ...EMAIL, class: 'com.acme.Mail' }, 'forgerock/emailValidation'],
    ['parameters that have no spelling here', { ...PARAMETERS, parameterNames: ['return to'] }, 'forgerock/parameters'],
    ['a search by fields that are not known', { ...USER_QUERY, validQueryFields: ['employeeNumber'] }, 'forgerock/userQuery'],
    ['another state than active', { ...ACTIVE, validStatusValue: 'enabled' }, 'forgerock/validateActiveAccount'],
    ['terms', { name: 'termsAndConditions' }, 'forgerock/termsAndConditions'],
  ] as const)('%s stays as a step that does not compile', ([, stage, type]) => {
    const { flow, codes, text, unresolved } = compiled('reset', processOf(USER_QUERY, stage, EMAIL, RESET))
    expect(flow).toBeUndefined()
    expect(codes).toContain('unknown-step')
    expect(text).toContain(`\n  - ${type}\n`)
    expect(text).toContain('\n# NOT COMPLETE: ')
    expect(unresolved.map(({ at }) => at)).toEqual(['/stageConfigs/1'])
  })

  test.for([undefined, 0, 11, '&{kba.count}', 'two', null, 1.5])('questions whose number is %j do not compile', (count) => {
    const stage = count === undefined ? QUESTIONS : { ...QUESTIONS, numberOfQuestionsUserMustAnswer: count }
    const { flow, codes, unresolved } = compiled('reset', processOf(USER_QUERY, EMAIL, stage, RESET))
    expect({ flow, codes }).toEqual({ flow: undefined, codes: ['bad-setting'] })
    expect(unresolved.map(({ stage: name }) => name)).toEqual(['kbaSecurityAnswerVerificationStage'])
  })

  test('a process that proves nothing does not compile', () => {
    const { flow, codes } = compiled('reset', processOf(USER_QUERY, RESET))
    expect({ flow, codes }).toEqual({ flow: undefined, codes: ['unproven-change'] })
  })

  test('an active account is demanded where the process demands nothing', () => {
    expect(compiled('reset', processOf(USER_QUERY, EMAIL, RESET)).text).toContain('states: [active]')
  })

  test.for(['"tokenExpiry": placeholder', 0, -1, 9_999_999, '&{token.life}', null])(
    'a life of %j is told and not guessed',
    (tokenExpiry) => {
      const imported = compiled('reset', { ...processOf(USER_QUERY, EMAIL, RESET), snapshotToken: { tokenExpiry } })
      expect(imported.text).not.toContain('expires:')
      expect(leftAt(imported)).toContain('/snapshotToken/tokenExpiry')
    },
  )
})

describe('registration and the reminder of a user name', () => {
  test.for([
    [
      'registration',
      [
        'parameters',
        'idmUserDetails',
        'termsAndConditions',
        'emailValidation',
        'kbaSecurityAnswerDefinitionStage',
        'selfRegistration',
        'localAutoLogin',
      ],
    ],
    ['username', ['captcha', 'userQuery', 'emailUsername', 'retrieveUsername']],
  ] as const)('are written, and say what is missing: %s', ([name, stages]) => {
    const configs = stages.map(
      (stage) => [PARAMETERS, USER_QUERY, EMAIL, CAPTCHA].find((config) => config['name'] === stage) ?? { name: stage },
    )
    const { flow, unresolved, text } = compiled(name, processOf(...configs))
    expect(flow).toBeUndefined()
    const open = stages.filter((stage) => !['parameters', 'captcha', 'userQuery', 'emailValidation'].includes(stage))
    expect(unresolved.map(({ stage }) => stage)).toEqual(open)
    for (const stage of open) expect(text).toContain(`# UNRESOLVED ${stage}: `)
  })
})

describe('secrets', () => {
  test.for([
    ['of a captcha', { ...CAPTCHA, recaptchaSecretKey: 'PLANTED' }],
    [
      'of a stage of the installation',
      { class: 'x.Y', apiKey: 'PLANTED', nested: { Password: 'PLANTED', list: [{ clientSecret: 'PLANTED' }] } },
    ],
    ['that are encrypted', { name: 'z', value: { $crypto: { value: { data: 'PLANTED', iv: 'PLANTED' }, type: 'x-simple-encryption' } } }],
    ['that look like keys', { name: 'z', thing: 'PLANTEDq8Zr3kYtW0vBn5mXc7Lp2' }],
    ['in addresses', { name: 'z', url: 'https://admin:PLANTED@acme.example/?token=PLANTED' }],
  ] as const)('%s reach neither file nor list', ([, stage]) => {
    const imported = importProcess('reset', { ...processOf(stage), snapshotToken: { sharedKey: 'PLANTED', tokenExpiry: 300 } })
    expect(JSON.stringify({ ...imported })).not.toContain('PLANTED')
    expect(imported.leftOut.filter(({ shown }) => shown.includes('(hidden)')).length).toBeGreaterThan(1)
  })

  test('are not seen in what only names a field', () => {
    const { leftOut } = importProcess('reset', processOf(RESET))
    expect(leftOut.find(({ at }) => at.endsWith('/identityPasswordField'))?.shown).toBe('"password"')
  })
})
