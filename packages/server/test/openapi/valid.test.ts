import { Validator } from '@seriousme/openapi-schema-validator'
import { createRegistry, isJsonObject, type JsonObject } from '@rekey/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineDialect, type Dialect } from '../../src/dialect/dialect.js'
import { unknownPath } from '../../src/dialect/unknown-path.js'
import { dialects } from '../../src/dialects/index.js'
import { openapiDocument } from '../../src/openapi/openapi-document.js'
import { wireServer, type WireServer } from '../wire/server.js'
import { Judge } from './judge.js'
import { documentOf } from './recording.js'

const NAMES = dialects.map(({ name }) => name)

/** Every place that a document refers to. */
function references(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(references)
  if (!isJsonObject(value)) return []
  const own = value['$ref']
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(references)]
}

function operationIds(document: JsonObject): readonly unknown[] {
  const paths = isJsonObject(document['paths']) ? Object.values(document['paths']) : []
  return paths
    .flatMap((item) => (isJsonObject(item) ? Object.values(item) : []))
    .map((operation) => isJsonObject(operation) && operation['operationId'])
}

describe.each<readonly [what: string, config: JsonObject]>([
  ['the shipped configuration', {}],
  [
    'every setting that changes what is said',
    {
      publicUrl: 'http://localhost:8080',
      dialects: {
        forgerock: { basePaths: ['/openidm', '/json/realms/root'], credentials: 'off', weakPassword: 'error' },
        centrify: { requireNativeHeader: true, tenantId: 'XYZ', origins: ['https://portal.example'] },
        airlock: { prefix: '', cookieName: 'FLOW', loginCookieName: 'LOGIN', csrfHeader: true, userDataItems: { who: 'userName' } },
        cidaas: { requireRequestId: false },
      },
    },
  ],
])('with %s', (_, config) => {
  let server: WireServer
  beforeAll(async () => {
    server = await wireServer({ config })
  })
  afterAll(() => server.close())

  test.each(NAMES)('the document of %s is OpenAPI 3.1, and refers to nothing that is not there', async (name) => {
    expect(await faultsOf(await documentOf(server.client, name))).toEqual([])
  })
})

describe('a dialect of a plugin', () => {
  const kiosk = defineDialect({
    name: 'kiosk',
    kinds: ['identifier'],
    options: {},
    settings: {},
    speaksByDefault: true,
    opens: 'eager',
    mount: () => ({
      routes: [{ method: 'POST', path: '/kiosk/:as/ask', read: () => ({ refuse: unknownPath() }), write: () => unknownPath() }],
      prefixes: ['/kiosk'],
      stray: () => unknownPath(),
      addresses: (as) => [`POST /kiosk/${as}/ask`],
    }),
  })
  const described = (dialect: Dialect) =>
    openapiDocument({
      dialect,
      settings: {},
      publicUrl: 'http://localhost:8080',
      flows: [],
      registry: createRegistry([], [dialect]),
      version: '1.2.3',
    })

  test('that does not describe itself is listed by its routes', async () => {
    const document = described(kiosk)
    expect(await faultsOf(document)).toEqual([])
    expect(new Judge(document).operations()).toEqual(['POST /kiosk/{as}/ask'])
  })

  test('that describes itself is told what is served, and says the rest', async () => {
    const contexts: unknown[] = []
    const openapi: NonNullable<Dialect['openapi']> = (context) => {
      contexts.push(context)
      return { description: 'A kiosk', paths: { '/kiosk/lost/ask': { post: { responses: { 200: { description: 'Asked' } } } } } }
    }
    const document = described({ ...kiosk, openapi })
    expect(await faultsOf(document)).toEqual([])
    expect(contexts).toEqual([{ settings: {}, publicUrl: 'http://localhost:8080', flows: [] }])
    expect(document['info']).toMatchObject({ title: 'Rekey over kiosk', version: '1.2.3' })
    expect(new Judge(document).operations()).toEqual(['POST /kiosk/lost/ask'])
  })
})

/** What is wrong with a document: by the schema of OpenAPI, references to nothing, ids that stand twice, or no operation at all. */
async function faultsOf(document: JsonObject): Promise<readonly unknown[]> {
  const { valid, errors } = await new Validator().validate(structuredClone(document))
  const components = isJsonObject(document['components']) ? Object.entries(document['components']) : []
  const there = components.flatMap(([kind, named]) =>
    isJsonObject(named) ? Object.keys(named).map((name) => `#/components/${kind}/${name}`) : [],
  )
  const ids = operationIds(document)
  return [
    ...(valid ? [] : [errors]),
    ...references(document).filter((one) => !there.includes(one)),
    ...ids.filter((id, at) => ids.indexOf(id) !== at),
    ...(ids.length === 0 ? ['no operation'] : []),
  ]
}
