import { readFile } from 'node:fs/promises'
import { openDemoIssuer } from '../adapters/bearers/demo-issuer.js'
import type { Issuer } from '../adapters/bearers/issuer.js'
import type { Config } from '../config/config.js'

/** The issuers whose tokens are accepted, with the keys of those that are kept in files; in development the demo issuer too. */
export async function openIssuers({ bearers: { issuers, demoKey } }: Config): Promise<readonly Issuer[]> {
  const configured = issuers.map(async ({ jwks, ...issuer }): Promise<Issuer> => {
    const keys = jwks.is === 'url' ? jwks : ({ is: 'jwks', text: await readFile(jwks.file, 'utf8') } as const)
    return { ...issuer, keys }
  })
  const demo = demoKey === undefined ? [] : [(await openDemoIssuer(demoKey)).issuer]
  return [...(await Promise.all(configured)), ...demo]
}
