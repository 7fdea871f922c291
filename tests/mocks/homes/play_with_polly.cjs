// Asks for the paths it is given while Polly.js replays a folder; prints each answer as {status, healed, body}.
// Usage: node play_with_polly.cjs MODULES FOLDER URL PATH...
const http = require('node:http')
const path = require('node:path')
const zlib = require('node:zlib')

const [modules, folder, url, ...paths] = process.argv.slice(2)
const load = name => require(path.join(modules, '@pollyjs', name))

const { Polly } = load('core')
Polly.register(load('adapter-node-http'))
Polly.register(load('persister-fs'))

function ask(target) {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/json', 'accept-encoding': 'gzip' }
    const request = http.request(url + target, { headers }, answer => {
      const chunks = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('end', () => {
        const stored = Buffer.concat(chunks)
        const isPacked = answer.headers['content-encoding'] === 'gzip' && stored[0] === 0x1f
        const body = (isPacked ? zlib.gunzipSync(stored) : stored).toString('utf8')
        resolve({ status: answer.statusCode, healed: answer.headers['x-healed'] ?? null, body })
      })
    })
    request.on('error', reject)
    request.end()
  })
}

async function main() {
  const polly = new Polly('recorded', {
    adapters: ['node-http'],
    persister: 'fs',
    persisterOptions: { fs: { recordingsDir: folder } },
    mode: 'replay',
    recordIfMissing: false,
    logLevel: 'silent',
  })
  const answers = []
  for (const target of paths) answers.push(await ask(target))
  process.stdout.write(JSON.stringify(answers))
  await polly.stop()
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
