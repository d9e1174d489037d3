import { Router } from '@koa/router'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RouteTable, type Served } from '../../src/http/route-table.js'

const ROUTES: readonly Served[] = [
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/a/:as' },
  { method: 'POST', path: '/a/:as' },
  { method: 'GET', path: '/a/:as/' },
  { method: 'PUT', path: '/a/b' },
  { method: 'POST', path: '/A/b', caseInsensitive: true },
  { method: 'OPTIONS', path: '/A/:id', caseInsensitive: true },
  { method: 'DELETE', path: '/:first/b' },
  { method: 'GET', path: '/a/:one/:two' },
  { method: 'GET', path: '/a-b.c_d~e' },
]

const table = new RouteTable<string>()
for (const route of ROUTES) table.add(route, `serves ${route.method} ${route.path}`)

describe('a table of routes', () => {
  test.for([
    ['POST', '/a/x', { is: 'route', route: '/a/:as', serve: 'serves POST /a/:as', params: { as: 'x' } }],
    ['GET', '/a/%2F%c3%bc', { is: 'route', route: '/a/:as', serve: 'serves GET /a/:as', params: { as: '/ü' } }],
    ['HEAD', '/a/x', { is: 'route', route: '/a/:as', serve: 'serves GET /a/:as', params: { as: 'x' } }],
    ['POST', '/A/B', { is: 'route', route: '/A/b', serve: 'serves POST /A/b', params: {} }],
    ['PUT', '/a/b', { is: 'route', route: '/a/b', serve: 'serves PUT /a/b', params: {} }],
    ['GET', '/a/', { is: 'none', methods: [] }],
    ['GET', '/%61/x', { is: 'none', methods: [] }],
    ['PATCH', '/a/b', { is: 'none', methods: ['HEAD', 'GET', 'POST', 'PUT', 'OPTIONS', 'DELETE'] }],
  ] as const)('answers %s %s', ([method, path, expected]) => {
    expect(table.find(method, path)).toEqual(expected)
  })

  test('finds what the router of Koa would find, whatever is asked (SEC-54)', () => {
    const router = new Router()
    for (const { method, path, caseInsensitive } of ROUTES) {
      router.register(path, [method], () => undefined, {
        name: `serves ${method} ${path}`,
        sensitive: caseInsensitive !== true,
        strict: true,
      })
    }
    const segment = fc.constantFrom('', 'a', 'A', 'b', 'B', 'x', '%61', '%2F', '%C3%BC', ':as', '.', '..', 'a;b', 'a-b.c_d~e', 'a-bXc_d~e')
    const paths = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`)
    const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE')
    fc.assert(
      fc.property(methods, paths, (method, path) => {
        const { path: matched, pathAndMethod } = router.match(path, method)
        const [first] = pathAndMethod
        expect(table.find(method, path)).toEqual(
          first === undefined
            ? { is: 'none', methods: [...new Set(matched.flatMap((layer) => layer.methods))] }
            : {
                is: 'route',
                route: first.path,
                serve: first.opts.name,
                params: first.params(path, first.captures(path)),
              },
        )
      }),
      { seed: 54, numRuns: 2_000 },
    )
  })

  test.for(['a', 'a/b', '/a/:', '/a/x:as', '/a/:as?', '/a/*rest', '/a{/b}', '/a/(b)', '/a/ü', '/a b', ''])(
    'refuses the path %j',
    (path) => {
      expect(() => new RouteTable().add({ method: 'GET', path }, undefined)).toThrow(TypeError)
    },
  )
})
