import type { Dice } from './dice.js'

/** JSON as text keeps it: members one after the other, so that a name can stand twice, and numbers that no double holds. */
type Tree = { readonly is: 'object'; readonly members: readonly Member[] } | { readonly is: 'array'; readonly items: readonly Tree[] } | Raw
type Member = readonly [name: string, value: Tree]
interface Raw {
  readonly is: 'raw'
  readonly text: string
}

const raw = (text: string): Raw => ({ is: 'raw', text })

/** Texts that mean something to somebody: filters, templates, paths, formats, halves of characters. */
export const TEXTS: readonly string[] = [
  '',
  ' ',
  '*',
  'userName eq "x"',
  'mail eq "a" or not (mail eq "b")',
  '('.repeat(300),
  '"/\\\b\f',
  '\u0000',
  'a\u0000b',
  '\r\nSet-Cookie: a=b',
  '\u202e\u200b\ufeff',
  'ＪＤＯＥ\u212a',
  'e\u0301\u0327'.repeat(40),
  '\ud83d\ude00',
  "' or 1=1 --",
  '*)(uid=*',
  '${7*7}{{7*7}}<%= 7 %>',
  '<script>alert(1)</script>',
  '../../../etc/passwd',
  'http://127.0.0.1:1/',
  '__proto__',
  'constructor',
  'null',
  '[object Object]',
  'A'.repeat(300),
  'A'.repeat(9_000),
  '0'.repeat(400),
]

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'length',
  '',
  '0',
  'a.b',
  '$ref',
  'is',
]

const SCALARS: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1e21',
  '1e400',
  '-1e-400',
  '9007199254740993',
  '0.1',
  '01',
  'NaN',
  'Infinity',
  '"\\ud800"',
  '"\\udc00x"',
  '"\\u0000"',
  '"\\x41"',
  '{}',
  '[]',
  '[[]]',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"$gt":""}',
  `${'['.repeat(40)}${']'.repeat(40)}`,
  `${'{"a":'.repeat(31)}1${'}'.repeat(31)}`,
  '['.repeat(20_000),
  `[${'0,'.repeat(1_200)}0]`,
]

/** Bends one place of a JSON text. @returns undefined when the text is no JSON. */
export function bendJson(text: string, dice: Dice): string | undefined {
  let tree: Tree
  try {
    tree = treeOf(JSON.parse(text))
  } catch {
    return undefined
  }
  const places = count(tree)
  return print(bendAt(tree, dice.below(places), dice).tree)
}

function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { is: 'array', items: value.map(treeOf) }
  if (typeof value !== 'object' || value === null) return raw(JSON.stringify(value))
  return { is: 'object', members: Object.entries(value).map(([name, member]) => [name, treeOf(member)]) }
}

function count(tree: Tree): number {
  const below = tree.is === 'object' ? tree.members.map(([, value]) => value) : tree.is === 'array' ? tree.items : []
  return below.reduce((sum, one) => sum + count(one), 1)
}

/** Bends the place that is that many steps away, in the order of the text. */
function bendAt(tree: Tree, place: number, dice: Dice): { readonly tree: Tree; readonly left: number } {
  if (place === 0) return { tree: bend(tree, dice), left: -1 }
  let left = place - 1
  const step = (below: Tree): Tree => {
    if (left < 0) return below
    const bent = bendAt(below, left, dice)
    left = bent.left
    return bent.tree
  }
  switch (tree.is) {
    case 'raw':
      return { tree, left }
    case 'array': {
      const items = tree.items.map(step)
      return { tree: { ...tree, items }, left }
    }
    case 'object': {
      const members = tree.members.map(([name, value]) => [name, step(value)] as const)
      return { tree: { ...tree, members }, left }
    }
  }
}

function bend(tree: Tree, dice: Dice): Tree {
  if (tree.is === 'raw' || dice.percent(30)) return another(tree, dice)
  if (tree.is === 'array') {
    const at = dice.below(tree.items.length + 1)
    const more = another(tree, dice)
    return { ...tree, items: dice.percent(50) ? tree.items.toSpliced(at, 1) : tree.items.toSpliced(at, 0, more, more) }
  }
  const { members } = tree
  const at = dice.below(members.length + 1)
  const [name, value] = members[at] ?? ['added', raw('1')]
  switch (dice.below(6)) {
    case 0:
      return { ...tree, members: members.toSpliced(at, 1) }
    case 1:
      return { ...tree, members: [...members, [name, another(value, dice)]] }
    case 2:
      return { ...tree, members: [[name, another(value, dice)], ...members] }
    case 3:
      return {
        ...tree,
        members: members.toSpliced(at, 1, [dice.pick([name.toUpperCase(), `${name} `, `${name}\u0000`, dice.pick(NAMES)]), value]),
      }
    case 4:
      return { ...tree, members: [...members, [dice.pick(NAMES), raw(dice.pick(SCALARS))]] }
    default:
      return { ...tree, members: members.toReversed() }
  }
}

/** Something else in the place of a value: another type, a text that means something, or the same in a wrapping. */
function another(tree: Tree, dice: Dice): Tree {
  switch (dice.below(5)) {
    case 0:
      return { is: 'array', items: [tree] }
    case 1:
      return { is: 'object', members: [[dice.pick(NAMES), tree]] }
    case 2:
      return raw(JSON.stringify(dice.pick(TEXTS)))
    case 3:
      return raw(JSON.stringify(print(tree)))
    default:
      return raw(dice.pick(SCALARS))
  }
}

function print(tree: Tree): string {
  switch (tree.is) {
    case 'raw':
      return tree.text
    case 'array':
      return `[${tree.items.map(print).join()}]`
    case 'object':
      return `{${tree.members.map(([name, value]) => `${JSON.stringify(name)}:${print(value)}`).join()}}`
  }
}
