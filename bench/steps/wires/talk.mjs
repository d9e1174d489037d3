/**
 * Sends one request of a conversation after the other.
 * @param {string} dialect
 * @param {(call: object) => Promise<{ us: number, status: number, cookies: readonly string[], text: string }>} send
 * @param {(answer: { us: number, cookies: readonly string[], document: any }) => void | Promise<void>} hears each answer, in order.
 * @returns {(call: object, isGood: (document: any) => unknown) => Promise<{ document: any, cookies: readonly string[] }>}
 * @throws Error for any answer but 200 with what was expected.
 */
export function talk(dialect, send, hears) {
  return async (call, isGood) => {
    const { us, status, cookies, text } = await send({ method: 'POST', ...call })
    const document = status === 200 && text !== '' ? JSON.parse(text) : undefined
    if (status !== 200 || !isGood(document)) throw new Error(`${dialect} answered ${status}: ${text.slice(0, 300)}`)
    await hears({ us, cookies, document })
    return { document, cookies }
  }
}
