package contracts

org.springframework.cloud.contract.spec.Contract.make {
    request { method GET(); url '/orders/7' }
    response { status OK(); body([id: 7]) }
}
