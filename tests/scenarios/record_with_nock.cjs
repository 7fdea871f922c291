// Asks a service for the paths it is given and prints what nock's recorder makes of it.
// Usage: node record_with_nock.cjs NOCK URL PATH...
const http = require('node:http')

const [nockFolder, url, ...paths] = process.argv.slice(2)
const nock = require(nockFolder)

function ask(path) {
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { headers: { accept: 'application/json' } }, answer => {
      answer.resume()
      answer.on('end', resolve)
    })
    request.on('error', reject)
    request.end()
  })
}

async function main() {
  nock.recorder.rec({ dont_print: true, output_objects: true, enable_reqheaders_recording: true })
  for (const path of paths) {
    await ask(path)
    // version 14 records behind the caller's back
    while (nock.recorder.play().length < paths.indexOf(path) + 1) await new Promise(setImmediate)
  }
  process.stdout.write(JSON.stringify(nock.recorder.play(), null, 4))
  nock.restore()
}

main()
