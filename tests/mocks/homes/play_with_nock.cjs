// Asks for the paths it is given while nock answers from a fixture; prints each answer as {status, healed, body}.
// Usage: node play_with_nock.cjs NOCK FIXTURE URL PATH...
const http = require('node:http')
const zlib = require('node:zlib')

const [nockFolder, fixture, url, ...paths] = process.argv.slice(2)
const nock = require(nockFolder)

function ask(path) {
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { headers: { accept: 'application/json' } }, answer => {
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
  nock.disableNetConnect()
  nock.define(nock.loadDefs(fixture))
  const answers = []
  for (const path of paths) answers.push(await ask(path))
  process.stdout.write(JSON.stringify(answers))
  nock.restore()
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
