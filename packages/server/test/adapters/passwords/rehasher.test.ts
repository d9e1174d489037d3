import { Secret } from '@rekey/core'
import { expect, test } from 'vitest'
import { Overloaded } from '../../../src/line/overloaded.js'
import { PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'
import { Rehasher } from '../../../src/adapters/passwords/rehasher.js'

const secret = new Secret('Passw0rd1')
const form = new PasswordHasher({ cost: { memoryKiB: 8, passes: 1, lanes: 1 } })

test('takes on so many and no more, each once, one at a time and in order', async () => {
  const rehasher = new Rehasher({ form, maxWaiting: 3 })
  const replaced: string[] = []
  const over = new Promise<void>((resolve) => {
    for (const hashed of ['a', 'a', 'b', 'b', 'c', 'd', 'e']) {
      const replace = async (next: string) => {
        replaced.push(`${hashed} ${next.slice(0, 9)}`)
        if (hashed === 'c') resolve()
      }
      rehasher.offer({ hashed, secret, replace })
    }
  })
  await over
  await rehasher.close()
  expect(replaced).toEqual(['a $argon2id', 'b $argon2id', 'c $argon2id'])
})

test('drops what comes after the end', async () => {
  const rehasher = new Rehasher({ form })
  const replaced: string[] = []
  await rehasher.close()
  rehasher.offer({ hashed: 'a', secret, replace: async () => replaced.push('a') })
  await rehasher.close()
  expect(replaced).toEqual([])
})

test('drops what a full line has no room for without a word, tells of a fault, and goes on', async () => {
  const told: unknown[] = []
  const faults = [new Overloaded('too many'), new Error('the disk is full'), undefined]
  const rehasher = new Rehasher({ form, report: (fault) => told.push(fault) })
  const done = new Promise<void>((resolve) => {
    faults.forEach((fault, at) => {
      const replace = async () => {
        if (fault) throw fault
        resolve()
      }
      rehasher.offer({ hashed: String(at), secret, replace })
    })
  })
  await done
  await rehasher.close()
  expect(told).toEqual([faults[1]])
})
