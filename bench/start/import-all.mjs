// Imports what a file says, and says what that has cost.
import { pathToFileURL } from 'node:url'
import { writeFigures } from './write-figures.mjs'

await import(pathToFileURL(process.argv[2]).href)
writeFigures((text) => process.stdout.write(text))
process.exit()
