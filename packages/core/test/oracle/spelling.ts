import { leavesOf, type Question } from './question.js'

/** Chooses one of several spellings; the same numbers choose the same. */
export type Pick = (count: number) => number

/** A small generator of numbers, so that a flow that was generated once is written alike ever after; 0 is the first spelling throughout. */
export function picking(seed: number): Pick {
  if (seed === 0) return () => 0
  let state = seed >>> 0
  return (count) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
}

/** A question in CEL, in one of its many spellings. */
export function spell(question: Question, pick: Pick): string {
  const text = plain(question, pick)
  return pick(6) === 0 ? `( ${text} )` : text
}

function plain(question: Question, pick: Pick): string {
  const one = (...spellings: readonly string[]): string => spellings[pick(spellings.length)] ?? ''
  const text = (value: string): string => (pick(2) === 0 ? `'${value}'` : `"${value}"`)
  switch (question.ask) {
    case 'has':
      return one(`has(principal.${question.of})`, `has( principal.${question.of} )`)
    case 'part': {
      const of = `principal.${question.of}`
      const part = `${of}.${question.where}(${text(question.text)})`
      return one(`(has(${of}) && ${part})`, `!(!has(${of}) || !${part})`, `(has(${of}) ? ${part} : false)`)
    }
    case 'locale':
      return `(has(principal.locale) && ${among('principal.locale', question.among, pick)})`
    case 'state':
      return among('principal.state', question.among, pick)
    case 'holds': {
      const list = `principal.${question.list}`
      const value = text(question.value)
      return one(`${value} in ${list}`, `${list}.exists(each, each == ${value})`, `!${list}.all(g, g != ${value})`)
    }
    case 'size': {
      const size = `size(principal.${question.list})`
      const { size: n } = question
      return question.is === 'exactly'
        ? one(`${size} == ${n}`, `${n} == ${size}`)
        : one(`${size} >= ${n}`, `${n} <= ${size}`, `${size} > ${n - 1}`)
    }
    case 'written':
      return `has(facts.${question.step}.${question.fact})`
    case 'fact': {
      const fact = `facts.${question.step}.${question.fact}`
      const test =
        'least' in question.is
          ? one(`${fact} >= ${question.is.least}`, `!(${fact} < ${question.is.least})`)
          : among(fact, question.is.among, pick)
      return question.guarded ? `(has(${fact}) && ${test})` : test
    }
    case 'input':
      return one(`inputs.${question.name} == ${text(question.value)}`, `${text(question.value)}==inputs.${question.name}`)
    case 'text':
      return question.text
    case 'not': {
      const of = `(${spell(question.of, pick)})`
      return leavesOf(question.of).length === 1 ? one(`!${of}`, `${of} == false`, `!!!${of}`) : `!${of}`
    }
    case 'all':
    case 'any': {
      const parts = question.of.map((part) => `(${spell(part, pick)})`)
      const [sign, other] = question.ask === 'all' ? [' && ', ' || '] : ['||', '&&']
      return one(parts.join(sign), parts.join(sign), `!(${parts.map((part) => `!${part}`).join(other)})`)
    }
  }
}

function among(of: string, values: readonly string[], pick: Pick): string {
  const [only = ''] = values
  const each = values.map((value) => `${of} == '${value}'`)
  const ways =
    values.length === 1
      ? [`${of} == '${only}'`, `'${only}'==${of}`, `!(${of} != "${only}")`]
      : [`${of} in ['${values.join("', '")}']`, `(${each.join(' || ')})`]
  return ways[pick(ways.length)] ?? ''
}
