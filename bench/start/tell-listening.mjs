// Preloaded into a server: says what it has cost until it says that it listens, then ends it.
import { writeFigures } from './write-figures.mjs'

const write = process.stdout.write.bind(process.stdout)
process.stdout.write = (chunk, ...rest) => {
  if (!String(chunk).includes('Rekey listens on')) return write(chunk, ...rest)
  writeFigures(write)
  process.kill(process.pid, 'SIGTERM')
  return true
}
