import { openKeyFile } from '../../../src/adapters/keys/key-file.js'

/** One process of a race, started by its test: says `ready`, and when told to go opens the key file and prints the keys. */
const [path = ''] = process.argv.slice(2)
process.stdout.write('ready\n')
process.stdin.once('data', () => void race())

async function race(): Promise<void> {
  const { signing, stable } = await openKeyFile(path)
  process.stdout.write(`${JSON.stringify({ signing: signing.map(({ id, secret }) => [id, secret.reveal()]), stable: stable.reveal() })}\n`)
  process.stdin.destroy()
}
