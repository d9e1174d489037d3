import { describe, expect, test } from 'vitest'
import type { Session } from '../ports/sessions.js'
import { Secret } from '../step/secret.js'
import type { OpenStore } from './store-fixture.js'
import { until } from './until.js'
import { withStore } from './with-store.js'

/** What every store of login sessions must do. */
export function sessionsContract(name: string, open: OpenStore): void {
  const session = (lifeSeconds: number): Session => {
    const issuedAt = Math.floor(Date.now() / 1_000)
    return { principal: 'p-jdoe', credentialVersion: 'version-1', issuedAt, expiresAt: issuedAt + lifeSeconds }
  }

  describe(`${name}: sessions`, () => {
    test(
      'a session is found by its token, as it was issued',
      withStore(open, async ({ sessions }) => {
        const [one, other] = [session(60), { ...session(60), principal: 'p-other' }]
        const tokens = [await sessions.issue(one), await sessions.issue(other)] as const
        expect(tokens.map((token) => /^[0-9A-F]{32,}$/.test(token.reveal()))).toEqual([true, true])
        expect(tokens[0].reveal()).not.toBe(tokens[1].reveal())
        expect(await Promise.all(tokens.map((token) => sessions.find(token)))).toEqual([one, other])
      }),
    )

    test(
      'nothing else finds it',
      withStore(open, async ({ sessions }) => {
        const token = (await sessions.issue(session(60))).reveal()
        const flipped = `${token.startsWith('0') ? '1' : '0'}${token.slice(1)}`
        for (const bent of [flipped, token.toLowerCase(), ` ${token}`, `${token}\n`, `${token}0`, token.slice(1), '', '*', '__proto__'])
          expect(await sessions.find(new Secret(bent))).toBeUndefined()
        expect(await sessions.find(new Secret('A'.repeat(1_000_000)))).toBeUndefined()
      }),
    )

    test(
      'a revoked one is over at once, and revoking again or revoking nothing is no fault',
      withStore(open, async ({ sessions }) => {
        const [gone, stays] = [await sessions.issue(session(60)), await sessions.issue(session(60))]
        await sessions.revoke(gone)
        await sessions.revoke(gone)
        await sessions.revoke(new Secret('nothing'))
        expect(await sessions.find(gone)).toBeUndefined()
        expect(await sessions.find(stays)).toMatchObject({ principal: 'p-jdoe' })
      }),
    )

    test(
      'the latest time until which the tokens of somebody are revoked is known, of them alone, however often it is noted',
      withStore(open, async ({ sessions }) => {
        expect(await sessions.revokedUntil('p-jdoe')).toBeUndefined()
        await Promise.all(
          [1_790_000_005, 1_790_000_009, 1_790_000_007, 1_790_000_009].map((until) => sessions.revokeUntil('p-jdoe', until)),
        )
        expect(await Promise.all(['p-jdoe', 'p-jdo', '__proto__'].map((id) => sessions.revokedUntil(id)))).toEqual([
          1_790_000_009,
          undefined,
          undefined,
        ])
      }),
    )

    test(
      'it ends with its time',
      withStore(open, async ({ sessions }) => {
        const token = await sessions.issue(session(1))
        await until('the end of the session', async () => ((await sessions.find(token)) === undefined ? true : undefined))
        expect(await sessions.find(await sessions.issue(session(-5)))).toBeUndefined()
      }),
    )
  })
}
