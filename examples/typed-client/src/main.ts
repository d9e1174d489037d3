import { stdin, stdout } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { forgerock, start } from './reset.ts'
import { walk } from './walk.ts'

const lines = createInterface({ input: stdin, output: stdout })
const url = process.argv[2] ?? 'http://127.0.0.1:8080/openidm'
const first = await start(forgerock({ url, fetch }))
console.log(await walk(first, (question) => lines.question(`${question}: `)))
lines.close()
