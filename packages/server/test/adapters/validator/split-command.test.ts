import { expect, test } from 'vitest'
import { splitCommand } from '../../../src/adapters/validator/split-command.js'

test.for([
  ['/opt/check', ['/opt/check']],
  ['  /opt/check \t a  b ', ['/opt/check', 'a', 'b']],
  ['/opt/check "a b" c', ['/opt/check', 'a b', 'c']],
  ['"/opt/my checks/run" --site="Head Office"', ['/opt/my checks/run', '--site=Head Office']],
  ['/opt/check "" x', ['/opt/check', '', 'x']],
  ['/opt/check a;b $(c) `d` | e > f $HOME *', ['/opt/check', 'a;b', '$(c)', '`d`', '|', 'e', '>', 'f', '$HOME', '*']],
  ["/opt/check 'a b'", ['/opt/check', "'a", "b'"]],
  ['/opt/check "a', undefined],
  ['', undefined],
  ['   ', undefined],
  ['""', undefined],
] as const)('splits %o', ([line, words]) => {
  expect(splitCommand(line)).toEqual(words)
})
