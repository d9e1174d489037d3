/** Writes what this process has cost so far, in milliseconds since it began. */
export function writeFigures(write) {
  const { user, system } = process.cpuUsage()
  const rssMiB = process.memoryUsage.rss() / 2 ** 20
  write(`figures ${JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now(), rssMiB })}\n`)
}
