export const orders = () => fetch("/orders/7").then((response) => response.json());
