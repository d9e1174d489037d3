const TOKENS: Readonly<Record<string, string>> = {
  LPAREN: '`(`',
  RPAREN: '`)`',
  LBRACKET: '`[`',
  RBRACKET: '`]`',
  LBRACE: '`{`',
  RBRACE: '`}`',
  DOT: '`.`',
  COMMA: '`,`',
  COLON: '`:`',
  QUESTION: '`?`',
  IDENTIFIER: 'a name',
  NUMBER: 'a number',
  STRING: 'a text',
  BYTES: 'a text',
  BOOLEAN: '`true` or `false`',
  NULL: '`null`',
  EQ: '`==`',
  NE: '`!=`',
  LT: '`<`',
  LE: '`<=`',
  GT: '`>`',
  GE: '`>=`',
  AND: '`&&`',
  OR: '`||`',
  NOT: '`!`',
  IN: '`in`',
  PLUS: '`+`',
  MINUS: '`-`',
  MULTIPLY: '`*`',
  DIVIDE: '`/`',
  MODULO: '`%`',
  EOF: 'the end',
}

/** What the parser of CEL says of a text, in the words of diagnostics. */
export function syntaxWords(reason: string): string {
  const expected = /^Expected (\w+), got (\w+)$/.exec(reason)
  if (expected !== null) {
    const [, wanted = '', got = ''] = expected
    if (got === 'EOF') return wanted === 'EOF' ? 'the condition ends too early' : `${TOKENS[wanted] ?? wanted} is missing at the end`
    return `${TOKENS[wanted] ?? wanted} is expected here, not ${TOKENS[got] ?? got}`
  }
  const token = /^Unexpected token: (\w+)$/.exec(reason)?.[1]
  if (token === 'EOF') return 'the condition ends too early'
  if (token !== undefined) return `${TOKENS[token] ?? token} cannot stand here`
  const sign = /^Unexpected character: '?(.+?)'?$/su.exec(reason)?.[1]
  if (sign !== undefined) return `the condition goes wrong at \`${sign}\``
  return `this is no condition: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
}
