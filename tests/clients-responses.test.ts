import { openaiResponsesClient } from './support/clients/openai-responses.ts';
import { testClients } from './support/clients/suite.ts';

testClients([openaiResponsesClient]);
