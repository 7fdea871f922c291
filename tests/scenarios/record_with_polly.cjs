// Asks a service for the paths it is given while Polly.js records what is said into a folder.
// Usage: node record_with_polly.cjs MODULES FOLDER URL PATH...
const http = require('node:http')
const path = require('node:path')

const [modules, folder, url, ...paths] = process.argv.slice(2)
const load = name => require(path.join(modules, '@pollyjs', name))

const { Polly } = load('core')
Polly.register(load('adapter-node-http'))
Polly.register(load('persister-fs'))

function ask(target) {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/json', 'accept-encoding': 'gzip' }
    const request = http.request(url + target, { headers }, answer => {
      answer.resume()
      answer.on('end', resolve)
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
    mode: 'record',
    logLevel: 'silent',
    recordFailedRequests: true,
  })
  for (const target of paths) await ask(target)
  await polly.stop()
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
