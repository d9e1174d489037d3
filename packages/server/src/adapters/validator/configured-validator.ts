import { isJsonObject, type Secret, type Validator } from '@rekey/core'
import { WorkQueue } from '../../line/work-queue.js'
import { signedPost } from '../webhook/signed-post.js'
import { runCommand } from './run-command.js'

/** One validator as it is configured. */
export interface ValidatorSource {
  readonly name: string
  readonly ask:
    | { readonly is: 'command'; readonly program: string; readonly args: readonly string[] }
    | { readonly is: 'hook'; readonly url: string; readonly secret: Secret }
  /** The member of the JSON answer that decides, and the text it must have. */
  readonly property: string
  readonly value: string
  readonly timeoutMs: number
}

export interface ValidatorOptions {
  /** Told why a validator did not agree; it holds neither the input nor the answer. */
  readonly report?: (name: string, reason: string) => void
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

const MAX_OUTPUT_BYTES = 64 * 1024
/** Programs and calls at once; others wait, and when too many wait the answer is no. */
const AT_ONCE = 4
const WAITING = 64

/** Asks the configured programs and web hooks. Whatever goes wrong is a no. */
export class ConfiguredValidator implements Validator {
  readonly #sources: ReadonlyMap<string, ValidatorSource>
  readonly #queue = new WorkQueue({ concurrency: AT_ONCE, maxWaiting: WAITING })

  constructor(
    sources: readonly ValidatorSource[],
    private readonly options: ValidatorOptions = {},
  ) {
    this.#sources = new Map(sources.map((source) => [source.name, source]))
  }

  async validate(name: string, input: string): Promise<{ readonly agrees: boolean; readonly reason?: string }> {
    const source = this.#sources.get(name)
    const reason = source === undefined ? 'not-configured' : await this.#refusal(source, input)
    if (reason === undefined) return { agrees: true }
    this.options.report?.(name, reason)
    return { agrees: false, reason }
  }

  /** @returns why it does not agree, or undefined when it does. */
  async #refusal(source: ValidatorSource, input: string): Promise<string | undefined> {
    try {
      const answer = await this.#queue.run(() => this.#ask(source, input))
      return 'text' in answer ? judge(answer.text, source) : answer.why
    } catch {
      return 'unreachable'
    }
  }

  async #ask({ ask, timeoutMs }: ValidatorSource, input: string): Promise<{ readonly text: string } | { readonly why: string }> {
    switch (ask.is) {
      case 'command': {
        const { program, args } = ask
        const result = await runCommand({ program, args, input, timeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES })
        return result.is === 'output' ? { text: result.text } : { why: result.why }
      }
      case 'hook': {
        const { url, secret } = ask
        const now = this.options.now?.() ?? Date.now()
        return { text: await signedPost({ url, secret, body: input, timeoutMs, maxAnswerBytes: MAX_OUTPUT_BYTES, now }) }
      }
    }
  }
}

function judge(text: string, { property, value }: ValidatorSource): string | undefined {
  const answer = parse(text)
  if (!isJsonObject(answer)) return 'no-json-object'
  const given = Object.hasOwn(answer, property) ? answer[property] : undefined
  if (given === undefined || given === null || typeof given === 'object') return 'no-such-property'
  return String(given) === value ? undefined : 'refused'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
