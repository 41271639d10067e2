import { googleGenaiClient } from './support/clients/google-genai.ts';
import { testClients } from './support/clients/suite.ts';

testClients([googleGenaiClient]);
