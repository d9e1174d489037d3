/**
 * Runs work that starts processes, and ends them all, also when it is broken off.
 * @template T
 * @param {(closers: (() => unknown)[]) => Promise<T>} work puts in how each thing that it starts is ended.
 * @returns {Promise<T>}
 */
export async function inHouse(work) {
  const closers = []
  const endAll = async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  }
  const leave = () => {
    void endAll().finally(() => process.exit(1))
  }
  process.once('SIGINT', leave).once('SIGTERM', leave)
  try {
    return await work(closers)
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave)
    await endAll()
  }
}
