import {
  aiAnthropic,
  aiGoogle,
  aiOpenaiChat,
  aiOpenaiResponses,
} from './support/clients/ai-sdk.ts';
import { testClients } from './support/clients/suite.ts';

testClients([aiOpenaiChat, aiOpenaiResponses, aiAnthropic, aiGoogle]);
