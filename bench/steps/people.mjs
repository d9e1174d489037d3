/** Whom a conversation is about, by run, client and count: names of one length, as far as runs are short. */
export function nameOf(run, client, count) {
  return `p${String(run).padStart(3, '0')}-${String(client).padStart(5, '0')}-${String(count).padStart(6, '0')}`
}
