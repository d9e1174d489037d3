import type { StepDefinition } from '../../../step/define-step.js'
import type { Message } from '../../../step/message.js'
import type { Properties } from '../../../step/schema.js'
import { once, type Fault, type Rule } from '../rule.js'
import type { Seen } from '../visit.js'

const SLUG = /^[a-z][a-z0-9-]{0,63}$/
const KINDS = ['ask', 'done', 'rejected', 'failed', 'hidden']

export const verdict: Rule = {
  name: 'verdict',
  law: 'a handler returns a verdict of the language, and one that fits its step',
  check: async (bench) => {
    const schema = bench.answerSchema(bench.settings[0] ?? {})
    const seen = (await bench.visits()).flatMap(({ opened, judged }) => (judged ? [opened, judged] : [opened]))
    return once(seen.filter(({ thrown }) => thrown === undefined).flatMap((one) => inSeen(bench.step, schema, one)))
  },
}

function inSeen(step: StepDefinition, schema: Properties, { handler, verdict: given }: Seen): readonly Fault[] {
  if (!given || !KINDS.includes(given.is))
    return [{ saw: `\`${handler}\` returns ${JSON.stringify(given)}`, repair: 'return `ask`, `done`, `rejected`, `failed` or `hidden`' }]
  const faults: Fault[] = []
  const fault = (saw: string, repair: string) => void faults.push({ saw: `\`${handler}\` ${saw}`, repair })
  if ('reason' in given && !SLUG.test(given.reason))
    fault(`gives the reason ${JSON.stringify(given.reason)}`, 'a reason is a slug such as `code-mismatch`')
  if ('owes' in given) for (const message of given.owes) faults.push(...inMessage(handler, message))
  if (given.is === 'ask' && step.kind === undefined)
    fault('asks, and the step has no `kind`', 'declare `kind`, `asks` and `submit`, or do not ask')
  if (given.is === 'ask' && typeof given.requirement?.tag !== 'string')
    fault('asks without a `tag`', 'name the question: `ask({ tag: "initial" })`')
  if (given.is === 'ask' && given.requirement?.questions && step.kind !== 'answers')
    fault('asks questions', 'questions belong to steps of kind `answers`')
  if (given.is === 'rejected' && handler === 'prepare') fault('rejects before anything was answered', 'return `hidden` or `failed`')
  if (given.is === 'rejected' && given.at !== undefined && !pointsInto(schema, given.at))
    fault(
      `points at \`${given.at}\``,
      `point at a member of the answer: ${Object.keys(schema)
        .map((name) => `\`/${name}\``)
        .join(', ')}`,
    )
  return faults
}

function pointsInto(schema: Properties, at: string): boolean {
  const [before, name] = at.split('/')
  return at === '' || (before === '' && name !== undefined && Object.hasOwn(schema, name.replaceAll('~1', '/').replaceAll('~0', '~')))
}

function inMessage(handler: string, { channel, template, to, values }: Message): readonly Fault[] {
  const faults: Fault[] = []
  const fault = (saw: string, repair: string) => void faults.push({ saw: `\`${handler}\` owes a message ${saw}`, repair })
  if (channel !== 'email' && channel !== 'sms') fault(`by \`${String(channel)}\``, 'a message goes by `email` or `sms`')
  if (!SLUG.test(template)) fault(`with the template ${JSON.stringify(template)}`, 'a template is a slug such as `reset-code`')
  if (typeof to !== 'string' || to === '') fault('to nobody', 'name the attribute in `needs`: who has none is hidden before')
  if (Object.values(values ?? {}).some((value) => typeof value !== 'string')) fault('with a value that is no text', 'write values as texts')
  return faults
}
