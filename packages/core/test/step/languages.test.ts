import { chooseLanguage, parseAcceptLanguage } from '@rekey/core'
import { expect, test } from 'vitest'

test.for([
  ['no header', undefined, []],
  ['an empty header', '', []],
  ['one language', 'fr', ['fr']],
  ['languages of equal weight, in their order', 'fr, de,en', ['fr', 'de', 'en']],
  ['weights', 'en;q=0.5, de-CH, fr;q=0.8', ['de-CH', 'fr', 'en']],
  ['the star, which names nothing', '*, fr;q=0.5', ['fr']],
  ['weight zero, which refuses', 'en;q=0, fr;q=0.000', []],
  ['bent entries between good ones', 'e n, ;q=1, fr;q=2, de;q=x, it;level=1, es;q=0.5;q=1, ../x, nl', ['nl']],
  ['spaces and case', ' EN-us ; Q=0.3 ,\tDe ', ['De', 'EN-us']],
  [
    'more than sixteen languages',
    Array.from({ length: 40 }, (_, at) => `x-${at}`).join(','),
    Array.from({ length: 16 }, (_, at) => `x-${at}`),
  ],
  ['an endless header', `fr,${' '.repeat(5000)},de`, ['fr']],
] as const)('reads %s', ([, header, languages]) => {
  expect(parseAcceptLanguage(header)).toEqual(languages)
})

test.for([
  ['the exact language', ['fr'], ['en', 'fr'], 'fr'],
  ['the first wish that there is', ['it', 'fr', 'de'], ['de', 'fr'], 'fr'],
  ['a more general translation', ['de-CH-1996'], ['en', 'de'], 'de'],
  ['the nearest general translation', ['de-CH-1996'], ['de', 'de-CH', 'en'], 'de-CH'],
  ['a general translation in its own turn', ['en-US', 'en'], ['en', 'fr'], 'en'],
  ['a general translation not before its own turn', ['en-US', 'fr', 'en'], ['en', 'fr'], 'fr'],
  ['the exact one although it is named again later', ['fr', 'de', 'fr'], ['de', 'fr'], 'fr'],
  ['never a more special translation', ['de'], ['de-CH', 'en'], 'en'],
  ['underscores and case', ['EN-gb'], ['en', 'en_GB'], 'en_GB'],
  ['past a single letter', ['zh-Hant-x-taipei'], ['zh-hant-x', 'zh-Hant', 'en'], 'zh-Hant'],
  ['the fallback', ['it'], ['de', 'en'], 'en'],
  ['the fallback for no wish', [], ['de', 'en'], 'en'],
  ['nothing that is there but the fallback', ['it'], ['de'], 'en'],
  ['nothing of an object', ['__proto__', 'constructor'], ['en'], 'en'],
] as const)('chooses %s', ([, wanted, available, chosen]) => {
  expect(chooseLanguage(wanted, available, 'en')).toBe(chosen)
})

test('looks for the fallback like for a wish', () => {
  expect(chooseLanguage([], ['en', 'fr'], 'en-US')).toBe('en')
})
