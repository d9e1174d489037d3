import type { CodeFormat } from '@rekey/core'

/** The settings of a step that sends a code. */
export interface CodeSettings {
  readonly code: 'digits' | 'uuid'
  readonly length: number
}

/** The look of the code that the settings ask for. */
export function formatOf({ code, length }: CodeSettings): CodeFormat {
  return code === 'uuid' ? { is: 'uuid' } : { is: 'digits', length }
}

/** How many codes of that look there are. */
export function codeSpace({ code, length }: CodeSettings): number {
  return code === 'uuid' ? 2 ** 122 : 10 ** length
}
