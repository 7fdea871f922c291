import { PactV4 } from "@pact-foundation/pact";
const provider = new PactV4({ consumer: "web", provider: "orders" });
