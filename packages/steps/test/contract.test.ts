import { Secret, type JsonObject } from '@rekey/core'
import { SAMPLE_BEARER, stepContract, type OpenQuestion } from '@rekey/core/testing'
import { decodeBase32, totpCode, totpStep } from '../src/totp-code.js'
import { builtInSteps } from '../src/index.js'

/** The secret that the sample person's authenticator app holds: the one of RFC 6238, appendix B. */
const APP = decodeBase32('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ') ?? new Uint8Array()

const codeOfApp = ({ now }: OpenQuestion): JsonObject => ({ code: totpCode(APP, totpStep(now)) })

stepContract(builtInSteps, {
  trustedCaller: {
    settings: [{ secret: 'a-shared-secret-of-ours' }, { secret: 'a-shared-secret-of-ours', mode: 'timed', skewWindows: 12 }],
    request: { bearer: new Secret('a-shared-secret-of-ours') },
  },
  signedIn: { request: { bearer: new Secret(SAMPLE_BEARER) } },
  totp: { right: codeOfApp },
  firstPassword: { person: { hasPassword: false } },
})
