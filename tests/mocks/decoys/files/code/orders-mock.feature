Feature: orders

Scenario: pathMatches('/orders/{id}') && methodIs('get')
  * def response = { id: '#(pathParams.id)' }
