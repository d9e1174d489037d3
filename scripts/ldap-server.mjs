// Finds OpenLDAP's slapd, or unpacks it without root, and runs private servers: for the tests and the bench. No dependencies.
import { existsSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.mjs'
import { onFreePort, startServer } from './private-server.mjs'
import { findOnPath, unpackDebian, unpackedEnv, unpackedRoot } from './unpack-debian.mjs'

const READY_MS = 20_000
/** What it says with all its ports in hand; another program may answer at one that it could not take. */
const LISTENS = 'slapd starting'
const SUFFIX = 'dc=example,dc=com'
const ADMIN = { dn: `cn=admin,${SUFFIX}`, password: 'only-for-tests' }

/**
 * Starts a private slapd on the loopback address, with an empty tree `dc=example,dc=com`, the overlays ppolicy and memberof, and the
 * schema of the tests. Whoever is called `cn=manager,ou=<anything>,dc=example,dc=com` may write all below, as the service account of a server would.
 * @param {{ port?: number, home?: string, tls?: { ca: string, cert: string, key: string }, ppolicy?: boolean, lines?: readonly string[] }} [options]
 *   `port` asks for that port instead of a free one; `home` is the home of an earlier server, which is started again with what it holds; `tls`
 *   names PEM files; `ppolicy: false` leaves the password policy out; `lines` go into the configuration of the database.
 * @returns {Promise<import('./ldap-server.mjs').PrivateLdap>} once it accepts connections.
 * @throws Error with one sentence when there is no program, or with its log when it does not come up.
 */
export async function startLdap(options = {}) {
  const program = slapdProgram()
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'rekey-ldap-'))
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  return onFreePort({ port: options.port, taken: /bind\(\d+\) failed|in use/, remove }, async (port) => {
    const tlsPort = options.tls === undefined ? undefined : await freePort()
    writeHome(program, home, options)
    return launch(program, { home, port, tlsPort, remove })
  })
}

/**
 * The program and what it needs. Looks at `SLAPD`, the PATH, the folders of the distributions, the unpacked copy, and at last unpacks one.
 * @returns {{ path: string, schemas: string, modules: string | undefined, env: NodeJS.ProcessEnv }}
 */
function slapdProgram() {
  const installed = [process.env.SLAPD, findOnPath('slapd'), '/usr/sbin/slapd', '/usr/lib/openldap/slapd', '/usr/libexec/slapd']
  const path = installed.find((one) => one && existsSync(one))
  if (path !== undefined) {
    const schemas = ['/etc/ldap/schema', '/etc/openldap/schema', '/usr/local/etc/openldap/schema'].find((one) => existsSync(one))
    const modules = ['/usr/lib/ldap', '/usr/lib64/openldap', '/usr/lib/openldap', '/usr/libexec/openldap'].find((one) =>
      existsSync(join(one, 'ppolicy.so')),
    )
    if (schemas !== undefined) return { path, schemas, modules, env: process.env }
  }
  const root = unpackedRoot('slapd')
  const unpacked = join(root, 'usr', 'sbin', 'slapd')
  if (existsSync(unpacked) || (unpackDebian('slapd', 'slapd', () => existsSync(unpacked)) && existsSync(unpacked))) {
    return {
      path: unpacked,
      schemas: join(root, 'etc', 'ldap', 'schema'),
      modules: join(root, 'usr', 'lib', 'ldap'),
      env: unpackedEnv('slapd'),
    }
  }
  throw new Error(
    'The tests of the directory in LDAP need OpenLDAP: install it (`apt-get install slapd`, `dnf install openldap-servers`, `apk add openldap openldap-back-mdb openldap-overlay-all`) or name the program in SLAPD.',
  )
}

/** What people of the tests have beside the standard classes. */
const SCHEMA = [
  ['testLogin', 'caseIgnoreMatch', '1.3.6.1.4.1.1466.115.121.1.15'],
  ['testDomain', 'caseIgnoreMatch', '1.3.6.1.4.1.1466.115.121.1.15'],
  ['testPrincipalName', 'caseIgnoreMatch', '1.3.6.1.4.1.1466.115.121.1.15'],
  ['testDn', 'distinguishedNameMatch', '1.3.6.1.4.1.1466.115.121.1.12'],
  ['testTotp', 'octetStringMatch', '1.3.6.1.4.1.1466.115.121.1.40'],
  ['testAnswer', 'octetStringMatch', '1.3.6.1.4.1.1466.115.121.1.40'],
  ['testLastAct', 'caseExactMatch', '1.3.6.1.4.1.1466.115.121.1.15'],
  ['testStatus', 'caseExactMatch', '1.3.6.1.4.1.1466.115.121.1.15'],
  ['testVip', 'booleanMatch', '1.3.6.1.4.1.1466.115.121.1.7'],
  ['testGrade', 'integerMatch', '1.3.6.1.4.1.1466.115.121.1.27'],
  ['testRoom', 'caseExactMatch', '1.3.6.1.4.1.1466.115.121.1.15'],
]
const SEVERAL = new Set(['testAnswer', 'testRoom'])

function schemaText() {
  // The arc is that of examples; the numbers mean nothing outside of these tests.
  const types = SCHEMA.map(([name, matching, syntax], at) => {
    const substring = matching.startsWith('case') ? ` SUBSTR ${matching.replace('Match', 'SubstringsMatch')}` : ''
    const single = SEVERAL.has(name) ? '' : ' SINGLE-VALUE'
    return `attributetype ( 1.3.6.1.4.1.32473.1.${at + 1} NAME '${name}' EQUALITY ${matching}${substring} SYNTAX ${syntax}${single} )`
  })
  // With these it may stand beside the class `account`, for people without a surname.
  const standard = ['cn', 'mail', 'mobile', 'givenName', 'preferredLanguage', 'departmentNumber', 'userPassword']
  const names = [...standard, ...SCHEMA.map(([name]) => name)].join(' $ ')
  return `${types.join('\n')}\nobjectclass ( 1.3.6.1.4.1.32473.2.1 NAME 'testPerson' SUP top AUXILIARY MAY ( ${names} ) )\n`
}

function writeHome({ schemas, modules }, home, { tls, ppolicy = true, lines = [] }) {
  mkdirSync(join(home, 'data'), { recursive: true })
  writeFileSync(join(home, 'test.schema'), schemaText())
  const overlays = [...(ppolicy ? ['ppolicy'] : []), 'memberof']
  const needsModules = modules !== undefined && existsSync(join(modules, 'back_mdb.so'))
  const configuration = [
    ...['core', 'cosine', 'nis', 'inetorgperson'].map((name) => `include "${join(schemas, `${name}.schema`)}"`),
    `include "${join(home, 'test.schema')}"`,
    `pidfile "${join(home, 'slapd.pid')}"`,
    'threads 4',
    ...(modules === undefined ? [] : [`modulepath "${modules}"`, ...(needsModules ? ['moduleload back_mdb'] : [])]),
    ...(modules === undefined ? [] : overlays.map((name) => `moduleload ${name}`)),
    ...(tls === undefined
      ? []
      : [`TLSCACertificateFile "${tls.ca}"`, `TLSCertificateFile "${tls.cert}"`, `TLSCertificateKeyFile "${tls.key}"`]),
    // So that the argument of no password shows in a log, and each operation in one line.
    'loglevel stats',
    'password-hash {SSHA}',
    'database mdb',
    `suffix "${SUFFIX}"`,
    `rootdn "${ADMIN.dn}"`,
    `rootpw ${ADMIN.password}`,
    `directory "${join(home, 'data')}"`,
    'maxsize 67108864',
    // Nothing has to outlive the machine here; a killed server still finds what it has committed.
    'dbnosync',
    'index objectClass,uid,mail,entryUUID,member eq',
    `access to attrs=userPassword by dn.regex="^cn=manager,ou=[^,]+,${SUFFIX}$" write by self write by anonymous auth by * none`,
    `access to * by dn.regex="^cn=manager,ou=[^,]+,${SUFFIX}$" write by * read`,
    // Without the second line a new password would be stored as it is written.
    ...overlays.flatMap((name) => (name === 'ppolicy' ? ['overlay ppolicy', 'ppolicy_hash_cleartext'] : [`overlay ${name}`])),
    ...lines,
  ]
  writeFileSync(join(home, 'slapd.conf'), `${configuration.join('\n')}\n`)
}

async function launch({ path, env }, { home, port, tlsPort, remove }) {
  const log = join(home, 'slapd.log')
  const out = openSync(log, 'w')
  const text = () => readFileSync(log, 'utf8')
  const urls = [`ldap://127.0.0.1:${port}`, ...(tlsPort === undefined ? [] : [`ldaps://127.0.0.1:${tlsPort}`])]
  try {
    const { pid, stop, kill } = await startServer(
      {
        name: 'slapd',
        path,
        args: ['-f', join(home, 'slapd.conf'), '-h', urls.join(' '), '-d', '256'],
        options: { env, cwd: home, stdio: ['ignore', out, out] },
      },
      { isUp: async () => text().includes(LISTENS) && (await answers(port)), readyMs: READY_MS, log: text, remove },
    )
    return {
      url: `ldap://127.0.0.1:${port}`,
      ...(tlsPort !== undefined && { tlsUrl: `ldaps://127.0.0.1:${tlsPort}` }),
      suffix: SUFFIX,
      admin: ADMIN,
      port,
      pid,
      home,
      log,
      stop,
      kill,
    }
  } finally {
    closeSync(out)
  }
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const say = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => say(true))
    socket.once('error', () => say(false))
  })
}
