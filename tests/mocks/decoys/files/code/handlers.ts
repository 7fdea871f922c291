import { http, HttpResponse } from 'msw'

export const handlers = [
  http.get('https://api.shop.example/orders/:id', ({ params }) => HttpResponse.json({ id: params.id, total: 12.5 })),
]
