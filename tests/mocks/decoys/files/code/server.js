import { createServer } from "miragejs"

export default () => createServer({ routes() { this.get("/orders/7", () => ({ id: 7 })) } })
