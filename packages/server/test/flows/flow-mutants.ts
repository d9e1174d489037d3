import type { Choice, Flow, Item, Step } from '../../../core/test/oracle/flow.js'
import type { Question } from '../../../core/test/oracle/question.js'

/** Flows that an author could have written in the place of another: a step less, two steps changed round, an edge that leads elsewhere. */
export function mutantsOf(flow: Flow): readonly Flow[] {
  return [...withoutOne(flow.items), ...swapped(flow.items), ...onOtherEdges(flow.items)]
    .filter((items) => items.length > 0)
    .map((items) => ({ ...flow, items }))
}

/** The flow with one condition or one jump more, at every place. */
export function grown(flow: Flow): readonly Flow[] {
  const all = idsOf(flow.items)
  const grow = (item: Step | Choice): readonly (Step | Choice)[] => [
    ...(item.when || judgesCaller(item) ? [] : QUESTIONS.map((when) => ({ ...item, when }))),
    ...(item.onFail === undefined ? ['restart', ...all].map((onFail) => ({ ...item, onFail })) : []),
  ]
  return everyOne(flow.items, grow).map((items) => ({ ...flow, items }))
}

const QUESTIONS: readonly Question[] = [
  { ask: 'has', of: 'phone' },
  { ask: 'holds', list: 'groups', value: 'staff' },
]

function judgesCaller(item: Item): boolean {
  return item.is === 'step' && ['signedIn', 'trustedCaller'].includes(item.type)
}

function withoutOne(items: readonly Item[]): readonly (readonly Item[])[] {
  return items.map((_, at) => items.toSpliced(at, 1))
}

function swapped(items: readonly Item[]): readonly (readonly Item[])[] {
  return items.slice(1).map((item, at) => items.toSpliced(at, 2, item, ...items.slice(at, at + 1)))
}

function onOtherEdges(items: readonly Item[]): readonly (readonly Item[])[] {
  const all = idsOf(items)
  return everyOne(items, (item) => {
    const { when, onFail, ...rest } = item
    const jump = onFail === undefined ? {} : { onFail }
    const condition = when === undefined ? {} : { when }
    const dropped: readonly (Step | Choice)[] = when
      ? [
          { ...rest, ...jump },
          { ...item, when: { ask: 'not', of: when } },
        ]
      : []
    const led =
      onFail === undefined ? [] : [{ ...rest, ...condition }, ...['end', 'restart', ...all].map((to) => ({ ...item, onFail: to }))]
    return [...dropped, ...led, ...(item.is === 'choose' ? otherOptions(item) : [])]
  })
}

function otherOptions(choice: Choice): readonly Choice[] {
  const { options } = choice
  const fewer = options.length > 1 ? options.map((_, at) => ({ ...choice, options: options.toSpliced(at, 1) })) : []
  const more = options.map((option) => ({ ...choice, options: [...options, { ...option, id: `${option.id}Again` }] }))
  return [...fewer, ...more]
}

/** The items with one of them, or one option of a choice, in every other form. */
function everyOne(items: readonly Item[], forms: (item: Step | Choice) => readonly (Step | Choice)[]): readonly (readonly Item[])[] {
  return items.flatMap((item, at): readonly (readonly Item[])[] => {
    if (item.is === 'include') return []
    const own = forms(item)
    const inside = item.is === 'choose' ? optionForms(item, forms) : []
    return [...own, ...inside].map((form) => items.toSpliced(at, 1, form))
  })
}

function optionForms(choice: Choice, forms: (item: Step) => readonly (Step | Choice)[]): readonly Choice[] {
  return choice.options.flatMap((option, at) =>
    forms(option).flatMap((form) => (form.is === 'step' ? [{ ...choice, options: choice.options.toSpliced(at, 1, form) }] : [])),
  )
}

function idsOf(items: readonly Item[]): readonly string[] {
  return items.flatMap((item) => [item.id, ...(item.is === 'choose' ? item.options.map(({ id }) => id) : [])])
}
