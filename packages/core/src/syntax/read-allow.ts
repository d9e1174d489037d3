import { deleteItem } from '../diagnostics/fixes/take-out.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { AllowSource } from './flow-source.js'
import type { Entry } from './node.js'
import { readKeys } from './read-keys.js'
import { readList, readText, reportWrongType } from './read-value.js'

/** Reads `allow`: warnings that the author accepts, each with a reason. */
export function readAllow(reporter: Reporter, entry: Entry): readonly AllowSource[] {
  const list = readList(reporter, entry, 'a list of `{ code, at, reason }`')
  return (list?.items ?? []).flatMap((item) => {
    if (item.is !== 'map') {
      reportWrongType(reporter, 'an item of `allow`', item, 'a mapping with `code` and `reason`')
      return []
    }
    const keys = readKeys(reporter, item, { of: 'an item of `allow`', keys: ['code', 'at', 'reason'] })
    const [first] = item.entries
    const text = (key: string) => {
      const found = keys.get(key)
      return found && readText(reporter, found)
    }
    const [code, at] = [text('code'), text('at')]
    text('reason')
    if (!keys.has('code')) reporter.report('missing-key', first?.keySpan ?? item.span, 'an item of `allow` names no `code`')
    const deletion = deleteItem(reporter.file, item.span, { key: entry.keySpan, items: list?.items.map(({ span }) => span) ?? [] })
    return [
      {
        span: first?.keySpan ?? item.span,
        ...(code && { code }),
        ...(at && { at }),
        reasoned: keys.has('reason'),
        ...(deletion && { deletion }),
      },
    ]
  })
}
