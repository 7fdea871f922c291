import MockAdapter from "axios-mock-adapter";
const mock = new MockAdapter(axios);
mock.onGet("/orders/7").reply(200, { id: 7 });
