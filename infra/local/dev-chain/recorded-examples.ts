/** Identifiers that exist in the recordings, for examples that a person can try, and the aliases of their collections. */
export const recordedExamples = {
  'chain-a': {
    collections: {
      villas: { package: 'fb0cd3cdbf3fc3fd4544f410a6617bcdcd42a97ac568dc530a85bf61e5cdb101', standard: 'cep78' },
      tickets: { package: '8ebc98960276f711b1d74cf34c2a4db07e0ace4c26f7be76baa4eaeea137464c', standard: 'cep78' },
    },
    account: '016eec3224263675ca2a77810c1c19a9027acfcf9610df8777c148175d54583f47',
    owner: 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237',
    transaction: 'cafc223003c10e5a809136966a1ab8dde6f8ca71bbd83b74b501107d549f376c',
  },
  'chain-d': {
    collections: {
      villas: { package: '51527473703d885d0c5fa5e2dcd83033ff2ca36eb5b10c6aa231427375dae18f', standard: 'cep78' },
      prints: { package: '881bee6d40bbba9b1d7954bc9be991849e6f0ea50d2300d4104257c68fc235d1', standard: 'cep78' },
    },
    account: '0150cd7e0202dc29382195b6786f2b13256b828257f3d626718de38b9242cfab37',
    owner: 'account-hash-491bf03d29fa4753a32e2b3caaca6d869c7f13925891a2ea56735578b087fd10',
    transaction: '613ee695c5818bb7631479d54be60e3b7c5fa11ed20c17e9611ebe39cd16d45d',
  },
  'chain-e': {
    collections: {
      villas: { package: 'a0b0f79e209a5aed6d9051bd0c3cbc95c46e4740f53b115ec40b2e9306f35d9e', standard: 'cep78' },
    },
    account: '0192ac77e7b641cd404fbcade3ec1eb2f180b3be4f216a58203461b698ea41c3c7',
    owner: 'account-hash-1d41e32a579f473b8c44cabcd13ebad9b5b4abd27059f0ca1fbb49054524ba9d',
    transaction: '6b7ec7554af926615ff07bcc552182ea9eae13f3256b7f63382e6070998063be',
  },
} as const;

/** What `npm start` serves, and what the examples of the contract are recorded on. */
export const embeddedRecording = 'chain-e';
