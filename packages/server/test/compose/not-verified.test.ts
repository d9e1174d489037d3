import { Secret } from '@rekey/core'
import { expect, test } from 'vitest'
import { PostgresFault } from '../../src/adapters/directory/postgres/postgres-fault.js'
import { whyNoStore } from '../../src/compose/cannot-open.js'
import { databaseFault } from '../../src/compose/database-fault.js'
import { treeFault } from '../../src/compose/tree-fault.js'
import { settings } from '../adapters/directory/postgres/with-postgres.js'

const AUTHORITY = /^shows a certificate that cannot be verified \(\w+\): name its authority in `(?:store\.caFile|directory\.\w+\.ca)`$/
const NO_MORE = /^shows a certificate that cannot be verified \(\w+\)$/

test.for([
  ['SELF_SIGNED_CERT_IN_CHAIN', AUTHORITY],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', AUTHORITY],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', AUTHORITY],
  ['CERT_HAS_EXPIRED', /^shows a certificate that is out of date \(CERT_HAS_EXPIRED\): renew it/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /^shows a certificate for another host \(ERR_TLS_CERT_ALTNAME_INVALID\): configure the name/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /^does not answer in TLS \(ERR_SSL_WRONG_VERSION_NUMBER\): switch TLS on/],
  ['CERT_REVOKED', NO_MORE],
  ['UNABLE_TO_GET_CRL', NO_MORE],
  ['ERR_SSL_NO_PROTOCOLS_AVAILABLE', /^does not agree on TLS \(ERR_SSL_NO_PROTOCOLS_AVAILABLE\)$/],
] as const)('what is wrong with TLS is told for `%s`: another authority is named only where that helps', async ([code, told]) => {
  const faults = [
    await whyNoStore({ place: { is: 'server', url: new Secret('rediss://h') }, timeoutMs: 1_000 }, Object.assign(new Error('x'), { code })),
    databaseFault(settings({ url: 'postgres://u@h/d' }), new PostgresFault(code)),
    treeFault({ urls: ['ldaps://h'] }, Object.assign(new Error('x'), { name: 'LdapFault', code })),
  ]
  for (const fault of faults) expect(fault?.message.replace(/^the .* at h(?::\d+)? /, '')).toMatch(told)
})
