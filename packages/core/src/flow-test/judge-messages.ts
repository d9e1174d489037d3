import type { Miss } from './judge-act.js'
import type { Expected, SentExpectation } from './test-file.js'
import type { Sent } from './world.js'

/** Compares messages one by one: all of them, in order. At most one miss, for what follows the first is off by one. */
export function missedMessages({ value, span }: Expected<readonly SentExpectation[]>, sent: readonly Sent[]): readonly Miss[] {
  for (const [at, expected] of value.entries()) {
    const got = sent[at]
    if (!got) return [{ span: expected.span, expected: `the message ${expectedText(expected)}`, got: countText(sent) }]
    if (!isSuch(expected, got)) return [{ span: expected.span, expected: `the message ${expectedText(expected)}`, got: wholeText(got) }]
  }
  const more = sent.slice(value.length)
  return more.length === 0
    ? []
    : [{ span, expected: value.length === 0 ? 'no message' : 'no more messages', got: more.map(sentText).join(', ') }]
}

/** A message in the words of test files: `reset-code to ada@example.org`. */
export function sentText({ message }: Sent): string {
  return `${message.template} to ${message.to}`
}

/** With all that a test may say of it. */
function wholeText(sent: Sent): string {
  const { message, code, approval } = sent
  const parts = [
    `by ${message.channel}`,
    code && `with a code of ${code.length}`,
    approval === undefined ? 'without a link' : 'with a link',
  ]
  return `${sentText(sent)} ${parts.filter((part) => part !== undefined && part !== '').join(', ')}`
}

function isSuch({ template, to, channel, length, link }: SentExpectation, { message, code, approval }: Sent): boolean {
  return (
    (template === undefined || template === message.template) &&
    (to === undefined || to === message.to) &&
    (channel === undefined || channel === message.channel) &&
    (length === undefined || length === code?.length) &&
    (link === undefined || link === (approval !== undefined))
  )
}

function expectedText({ template, to, channel, length, link }: SentExpectation): string {
  const parts = [
    template ?? 'of any template',
    to !== undefined && `to ${to}`,
    channel !== undefined && `by ${channel}`,
    length !== undefined && `with a code of ${length}`,
    link !== undefined && (link ? 'with a link' : 'without a link'),
  ]
  return parts.filter((part) => part !== false).join(' ')
}

function countText(sent: readonly Sent[]): string {
  return sent.length === 0 ? 'no message' : `no more after ${sent.map(sentText).join(', ')}`
}
